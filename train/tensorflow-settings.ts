// Imported first: TensorFlow reads these when it loads. Three lines about oneDNN and CUDA, written
// before it has set up its log, stay.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'

const jobs = /(?:^|\0)--jobs[=\0](\d+)(?:\0|$)/.exec(process.argv.slice(2).join('\0'))?.[1]
if (jobs) {
  process.env.TF_NUM_INTRAOP_THREADS = jobs
  process.env.TF_NUM_INTEROP_THREADS = jobs
}
