# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Completes wfdctl's commands, options and the addresses that a command can take. Asks wfdctl for
# what is paired or connected; never searches.

_wfdctl_addresses()
{
    # shellcheck disable=SC2046 # options that were typed before
    "${COMP_WORDS[0]}" "${_wfdctl_options[@]}" --json "$1" 2>/dev/null |
        sed -n 's/.*"\(address\|device\)" *: *"\([0-9a-f:]\{17\}\)".*/\2/p'
}

_wfdctl()
{
    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]} command='' i list
    local -a _wfdctl_options=()
    # Addresses have colons, which end a word for readline, so that the last one is a piece.
    local line=${COMP_LINE:0:COMP_POINT}
    local whole=${line##*[[:space:]]}

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -d | --control-directory | -i | --interface)
            _wfdctl_options+=("${COMP_WORDS[i]}" "${COMP_WORDS[i + 1]:-}")
            i=$((i + 1))
            ;;
        -p | --prefix | -s | --seconds | --pin | --go-intent) i=$((i + 1)) ;;
        -*) ;;
        *) [ -n "$command" ] || command=${COMP_WORDS[i]} ;;
        esac
    done
    case $last in
    -d | --control-directory | -p | --prefix)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    -i | --interface)
        mapfile -t COMPREPLY < <(cd /sys/class/net 2>/dev/null && compgen -W "$(echo *)" -- "$word")
        return
        ;;
    -s | --seconds | --pin | --go-intent) return ;;
    esac
    if [[ $word == -* ]]; then
        list='--control-directory --interface --prefix --json --verbose --help --version'
        if [ "$command" = pair ]; then list+=' --pin --pin-display --go-intent'; fi
        if [ "$command" = scan ]; then list+=' --seconds'; fi
        mapfile -t COMPREPLY < <(compgen -W "$list" -- "$word")
        return
    fi
    case $command in
    '')
        list='status doctor scan pair paired unpair connect disconnect enable disable prefixes'
        mapfile -t COMPREPLY < <(compgen -W "$list" -- "$word")
        return
        ;;
    connect | unpair) list=$(_wfdctl_addresses paired) ;;
    disconnect) list=$(_wfdctl_addresses status) ;;
    *) return ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$list" -- "$whole")
    # What readline takes for finished already.
    for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"${whole%"$word"}"}; done
}

complete -F _wfdctl wfdctl
