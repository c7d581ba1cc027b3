#!/bin/bash
# A check that finds nothing may have stopped looking: plants one fault of each kind and wants it found.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src/base" "$work/src/io" "$work/tests"
cp -r "$here" "$here/../parts" "$work/tests/"
cp "$here/../../.clang-format" "$here/../../.clang-tidy" "$work/"
cd "$work"
echo '#define SECOND' >src/base/bare.h
printf 'int http_go(void)\n{\n    return 0;\n}\n\nint stray(void)\n{\n    return 0;\n}\n' >src/io/http_curl.c
printf '/*\n * Card of the door.\n */\n' >src/io/http.h
cat >src/base/fault.c <<'END'
#include "aws/sigv4.h"
#include "bare.h"
#include <curl/curl.h>
#include <jansson.h>
#include <openssl/sha.h>
#include <signal.h>
#include <time.h>

int counter;
static int kept;
const char *names[] = {"a"};

static int inner(int a,
          int b)
{
    return kept + a + b;
}

struct thing *other_make(int x)
{
    goto out;
out:
    strcpy(getenv("X"), "y");
    exit(atoi("1") + inner(x, x));
}

int fault_deep(int a)
{
END
sed -i 's/"y");$/& /' src/base/fault.c
for i in $(seq 21); do
    printf '    if (a == %d)\n\treturn %d;\n' "$i" "$i"
done >>src/base/fault.c
printf '    return 0;\n}\n' >>src/base/fault.c
# A file without a library, for the checks that compile.
cat >src/base/null.c <<'END'
int null_read(void)
{
    int *p = 0;
    return *p;
}
END
# shellcheck disable=SC2016 # the fault itself
printf '#!/bin/sh\nrm -rf $1/x\n' >tests/bad.sh
echo 'T''eh name.' >tests/bad.md

found=0 missed=0
want() {
    if printf '%s\n' "$said" | grep -qF -e "$1"; then
        found=$((found + 1))
    else
        missed=$((missed + 1))
        echo "lint selftest: not found: $1"
    fi
}
said=$(tests/lint/run.sh rooms style format tidy cppcheck shellcheck spelling complexity 2>&1) || true
for text in '"aws/sigv4.h" points upward' '"bare.h" names no room' '<curl/> belongs' '<jansson.h> belongs' \
    '<openssl/> belongs' 'signals belongs' 'the clock belongs' 'the environment belongs' 'the end of the process belongs' \
    'counter is not called' 'names is not called' 'other_make is not called' 'stray is not called' 'bare.h: does not open' \
    'no goto' 'knows no size' 'no bounds' '<- tab' 'space at the end' 'clang-format-violations' 'readability-braces' \
    'fault_deep: complexity 22' 'null.c:4' 'SC2086' 'eh ==>' '0 passed, 8 failed, 0 skipped'; do
    want "$text"
done
for text in 'inner is not called' 'kept is not called' 'http_go is not called' 'http.h: does not'; do
    if printf '%s\n' "$said" | grep -qF -e "$text"; then
        echo "lint selftest: wrongly found: $text"
        missed=$((missed + 1))
    fi
done
[ $missed -eq 0 ] || exit 1
echo "lint selftest: $found planted faults found"
