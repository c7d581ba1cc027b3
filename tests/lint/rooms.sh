#!/bin/bash
# rooms.sh FILE...: holds the design's walls. Includes point downward only (app -> dynamodb -> aws -> io -> base),
# each library and each power has one home, a header opens with a card, foo.c exports foo_* alone.
set -eu
declare -A level=([base]=0 [io]=1 [aws]=2 [dynamodb]=3 [app]=4)
status=0

complain() {
    echo "$1"
    status=1
}

# home WHAT PATTERN FILES: lines that match (comments aside) stand only in the files that this glob names.
home() {
    local file
    for file in "${files[@]}"; do
        [[ $file != @($3) ]] || continue
        sed 's,/\*.*,,; s,^ \*.*,,' "$file" | grep -qE "$2" && complain "$file: $1 belongs to ${3//|/ or }"
    done
    return 0
}

# Names of the functions and variables that a .c file defines and does not keep to itself.
exports() {
    sed -E '/^static .*;$/d; /^static /,/^[{}]|;$/d' "$1" | awk '
        /^(typedef|extern|#|struct [a-z_]+ \{|enum|union|_Static_assert|static)/ { next }
        /^[a-z].*[(]/ && !/;$/ { sub(/[(].*/, ""); sub(/.*[ *]/, ""); print; next }
        /^[a-z][a-z_ ]*[ *][a-z_0-9]+(\[.*\])?( =.*|;)$/ { sub(/[[;=].*/, ""); sub(/ $/, ""); sub(/.*[ *]/, ""); print }'
}

files=("$@")
shopt -s extglob
home '<curl/>' '# *include <curl/' 'src/io/http_curl*'
home '<openssl/>' '# *include <openssl/' 'src/aws/sigv4.c|src/io/ca_roots*.c|src/io/http_curl_issuer.c'
home '<jansson.h>' '# *include <jansson' 'src/base/json.c|src/base/json.h'
home 'the clock' '# *include <(sys/)?time\.h>' 'src/io/system_posix.c'
home 'signals' '# *include <signal\.h>' 'src/io/system_posix.c'
home 'the environment' '\<(secure_)?getenv\(' 'src/io/system_posix.c'
# mem.c ends a process that has no memory left.
home 'the end of the process' '\<_?exit\(' 'src/main.c|src/io/system_posix.c|src/base/mem.c'

for file in "${files[@]}"; do
    room=${file#src/}
    room=${room%%/*}
    name=$(basename "$file")
    if [ "$file" != src/main.c ]; then
        if [ -z "${level[$room]:-}" ]; then
            complain "$file: there is no room src/$room"
            continue
        fi
        while read -r wanted; do
            other=${wanted%%/*}
            if [ -z "${level[$other]:-}" ]; then
                complain "$file: \"$wanted\" names no room"
            elif [ "${level[$other]}" -gt "${level[$room]}" ]; then
                complain "$file: \"$wanted\" points upward"
            fi
        done < <(sed -nE 's/^# *include "([^"]*)".*/\1/p' "$file")
    fi
    case $name in
    *.h)
        awk 'NR == 1 { good = /^\/\*/ } /\*\// { exit } END { exit !(good && NR >= 3) }' "$file" ||
            complain "$file: does not open with a card (what it is for, what it may know)"
        ;;
    main.c) ;;
    *)
        stem=${name%.c}
        while read -r symbol; do
            # system_posix.c is system.h's one side: its symbols carry the header's name.
            case $symbol in "${stem}"_* | "$stem") continue ;; esac
            [ -f "${file%_*}.h" ] && [[ $symbol == "${stem%_*}"_* ]] && continue
            complain "$file: $symbol is not called ${stem}_*"
        done < <(exports "$file")
        ;;
    esac
done
exit $status
