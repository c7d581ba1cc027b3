#!/bin/sh
# complexity.sh FILE...: no function above 20 (McCabe) or 80 lines; the ten worst; the mean weighted by lines.
set -eu
pmccabe "$@" 2>&1 | sort -k2,2nr -k5,5nr | awk -v most=20 -v longest=80 '
    !/^[0-9]/ { print; bad = 1; next }
    {
        functions++; lines += $5; sum += $2 * $5
        if ($2 > worst) worst = $2
        if ($5 > length_max) length_max = $5
        if ($2 > most || $5 > longest) { bad = 1; print $6, $7 ": complexity " $2 ", " $5 " lines (at most " most ", " longest ")" }
        if (functions <= 10) ten = ten sprintf("  %3d %4d lines  %s %s\n", $2, $5, $6, $7)
    }
    END {
        printf "%d functions, worst %d, longest %d lines, weighted mean %.1f\n", functions, worst, length_max, lines ? sum / lines : 0
        printf "%s", ten
        exit bad
    }'
