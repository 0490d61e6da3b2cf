# bash completion for fitd(1)

_fitd() {
	local cur prev words cword
	_init_completion -n = || return

	local commands="train update forecast detect anomalies merge plan sums slurm models plot report backtest sample check export new-algorithm serve ui start runs status watch cancel logs metrics"
	local command="" i
	for ((i = 1; i < cword; i++)); do
		if [[ ${words[i]} != -* ]]; then
			command=${words[i]}
			break
		fi
	done
	if [[ -z $command ]]; then
		COMPREPLY=($(compgen -W "$commands --help --version" -- "$cur"))
		return
	fi

	case $prev in
	--store | --log-dir | --config | --state-dir | --socket | --job)
		_filedir
		return
		;;
	--gaps)
		COMPREPLY=($(compgen -W "auto linear previous seasonal none" -- "$cur"))
		return
		;;
	--outliers)
		COMPREPLY=($(compgen -W "missing keep" -- "$cur"))
		return
		;;
	--combine)
		COMPREPLY=($(compgen -W "median mean weighted none" -- "$cur"))
		return
		;;
	--global)
		COMPREPLY=($(compgen -W "pooled-ar none" -- "$cur"))
		return
		;;
	--chunk-size)
		COMPREPLY=($(compgen -W "auto even" -- "$cur"))
		return
		;;
	--workers)
		COMPREPLY=($(compgen -W "physical 0" -- "$cur"))
		return
		;;
	--progress)
		COMPREPLY=($(compgen -W "auto bar plain json none" -- "$cur"))
		return
		;;
	--log-format)
		COMPREPLY=($(compgen -W "text json" -- "$cur"))
		return
		;;
	--log-level)
		COMPREPLY=($(compgen -W "debug info warning error off" -- "$cur"))
		return
		;;
	--log-target)
		COMPREPLY=($(compgen -W "auto journal stderr file" -- "$cur"))
		return
		;;
	--state)
		COMPREPLY=($(compgen -W "queued running cancelling complete failed cancelled interrupted" -- "$cur"))
		return
		;;
	esac

	if [[ $cur == -* ]]; then
		local options
		options=$("${words[0]}" "$command" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
		COMPREPLY=($(compgen -W "$options" -- "$cur"))
		return
	fi

	case $command in
	start)
		COMPREPLY=($(compgen -W "$(cd /etc/fitd/jobs.d 2>/dev/null && ls -- *.toml 2>/dev/null | sed 's/\.toml$//')" -- "$cur"))
		;;
	runs | status | watch | cancel | logs)
		COMPREPLY=($(compgen -W "$(cd /etc/fitd/jobs.d 2>/dev/null && ls -- *.toml 2>/dev/null | sed 's/\.toml$//')" -- "$cur"))
		;;
	train | check)
		_filedir
		;;
	esac
} &&
	complete -F _fitd fitd
