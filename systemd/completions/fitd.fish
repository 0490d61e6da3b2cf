# fish completion for fitd(1)

function __fitd_jobs
    for file in /etc/fitd/jobs.d/*.toml
        string replace -r '.*/(.*)\.toml$' '$1' -- $file
    end
end

function __fitd_options
    set -l words (commandline -opc)
    fitd $words[2] --help 2>/dev/null | string match -ar -- '--[a-z][a-z-]*' | sort -u
end

set -l commands train update forecast detect anomalies merge plan sums slurm models plot report backtest sample check export new-algorithm serve ui start runs status watch cancel logs metrics
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a train -d 'Fit and save'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a forecast -d 'Print forecasts from a store'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a update -d 'Move the models of a store through new values'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a detect -d 'Say which observations are unusual'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a anomalies -d 'Print what detections have found'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a models -d 'Print the models of a store'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a plot -d 'Draw targets with their forecasts'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a report -d 'Write a page about a run'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a backtest -d 'Hold forecasts of the past against what came'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a ui -d 'Serve the live page'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a sample -d 'Print demonstration data'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a check -d 'Validate a job or data'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a export -d 'Dump a store'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a merge -d 'Make one run of the shards of one'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a slurm -d 'Train the shards of a job on a cluster'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a plan -d 'Read the data once for all shards of a fleet'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a sums -d 'Add up the model over all targets in shards'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a new-algorithm -d 'Write the skeleton of your own algorithm'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a serve -d 'Run the daemon'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a start -d 'Start a run of a job'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a runs -d 'List runs'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a status -d 'Show a run, or the daemon'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a watch -d 'Follow a run to its end'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a cancel -d 'Stop a run'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a logs -d 'Print the log of a run'
complete -c fitd -f -n "not __fish_seen_subcommand_from $commands" -a metrics -d 'Print the metrics of the daemon'
complete -c fitd -f -n "__fish_seen_subcommand_from start runs status watch cancel logs" -a '(__fitd_jobs)'
complete -c fitd -n "__fish_seen_subcommand_from $commands" -a '(__fitd_options)'
