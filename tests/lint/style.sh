#!/bin/bash
# style.sh FILE...: what grep can hold.
set -eu
status=0

# forbid WHY PATTERN FILE...
forbid() {
    local why=$1 pattern=$2
    shift 2
    [ $# -gt 0 ] || return 0
    if grep -HnE "$pattern" "$@" | sed "s|\$|    <- $why|" | cut -c1-200 | grep .; then
        status=1
    fi
}

c=() src=() scripts=()
for file in "$@"; do
    case $file in
    src/*.[ch]) c+=("$file") src+=("$file") ;;
    tests/*.[ch]) c+=("$file") ;;
    esac
    case $file in
    *.c | *.h | *.sh | *.py | *.js)
        scripts+=("$file")
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 500 ]; then
            echo "$file: $lines lines, 500 are enough"
            status=1
        fi
        ;;
    esac
done
forbid 'no goto: scope cleans up' '^[^/*"]*\<goto ' "${c[@]}"
forbid 'knows no size' '\<(strcpy|strcat|sprintf|vsprintf|gets|stpcpy)\(' "${c[@]}"
forbid 'no bounds, no errors' '\<(atoi|atol|atoll|atof)\(' "${c[@]}"
forbid 'use text_to_number' '\<(strtol|strtoul|strtoll|strtoull|sscanf)\(' "${src[@]}"
forbid 'hidden state' '\<(strtok|localtime|gmtime|asctime|ctime|strerror_l|rand|srand)\(' "${c[@]}"
forbid 'tab' $'\t' "${scripts[@]}"
forbid 'space at the end of the line' '[[:blank:]]$' "$@"
forbid 'name of a package registry' \
    '(deb|security|snapshot|ftp)[.]debian[.]org|pypi[.]org|pythonhosted[.]org|registry[.]npmjs|repo1?[.]maven|proxy[.]golang|(static|index)[.]crates[.]io' "$@"
exit $status
