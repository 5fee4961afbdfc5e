#!/bin/sh
# One array task a share of the folds and seeds; each writes its own result files.
#
#   npm ci && npm run build && node train/setup.mjs        # once, on a node that has the network
#   sbatch --array=1-15 train/cluster/slurm.sh /path/to/ravdess --recipe residual-cnn --seeds 1,2,3
#   npm run results
#
#SBATCH --job-name=undertone
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
#SBATCH --time=02:00:00
#SBATCH --requeue
set -eu
data=$1
shift
# A task that was requeued goes on from its checkpoint.
exec npm run --silent evaluate -- --data "$data" "$@" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --report "train/runs/report-$SLURM_ARRAY_TASK_ID"
