# What the person at the terminal sees: one line per step, Chinese first; details go to .setup/*.log.

say() {
    printf '==> %s · %s\n' "$1" "$2"
}

# Something is missing and the product works with less: never silent, never the end.
warn() {
    printf '\n!!! %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    printf '\n' >&2
}

fail() {
    printf '\n*** %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# logged NAME COMMAND...: run quietly, keep the output, show its end when the command fails.
logged() {
    log="$LOGS/$1.log"
    shift
    if "$@" >"$log" 2>&1; then return 0; fi
    tail -n 15 "$log" >&2
    printf '    完整日志 full log: %s\n' "$log" >&2
    return 1
}

# fingerprint FILE...: changes when one of the files does.
fingerprint() {
    cat "$@" | cksum | tr ' ' '-'
}
