#!/bin/bash
# docs.sh MAN BINARY: the man page is clean, and it and --help name the same options, variables and exit statuses.
set -eu
man=$1 binary=$2
if [ ! -f "$man" ] || [ ! -x "$binary" ]; then
    echo "no $man or no $binary yet"
    exit 77
fi
echo "$(basename "$man"), --help"
status=0
# What Debian cannot resolve (references to pages not installed) is no fault of the page.
if mandoc -Tlint -Wwarning "$man" | grep .; then
    status=1
fi

# same WHAT MAN-LIST HELP-LIST
same() {
    local name
    if [ -z "$2$3" ]; then
        echo "no $1 found in either: the script and the page have parted"
        status=1
    fi
    for name in $(comm -23 <(echo "$2") <(echo "$3")); do
        echo "$1 $name is in the man page and not in --help"
        status=1
    done
    for name in $(comm -13 <(echo "$2") <(echo "$3")); do
        echo "$1 $name is in --help and not in the man page"
        status=1
    done
}

found() {
    grep -oE -e "$1" | LC_ALL=C sort -u || true
}

export LC_ALL=C
page=$(mandoc -Tascii -O width=500 "$man" | sed 's/.\x08//g')
help=$(env -i "$binary" --help)
# section NAME: the lines of the page below that heading.
section() {
    echo "$page" | awk -v name="$1" '/^[A-Z]/ { inside = $0 == name } inside'
}
option='--[a-z][a-z-]+'
variable='\<[A-Za-z]+(_[A-Za-z]+)+\>'
same option "$(echo "$page" | found "$option")" "$(echo "$help" | found "$option")"
same variable "$(section ENVIRONMENT | found "$variable" | grep -E '^(AWS|DYNAMODB|INIT|SSL|HTTPS?|NO|https?|no)_')" \
    "$(echo "$help" | found "$variable" | grep -E '^(AWS|DYNAMODB|INIT|SSL|HTTPS?|NO|https?|no)_')"
same 'exit status' "$(section 'EXIT STATUS' | grep -oE '^ +[0-9]+(, [0-9]+)*( |$)' | grep -oE '[0-9]+' | sort -u)" \
    "$(echo "$help" | awk 'tolower($0) ~ /^exit/ { inside = 1 } inside' | grep -oE '\<(0|[1-9][0-9]{0,2})\>' | sort -u)"
exit $status
