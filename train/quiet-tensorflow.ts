// Imported first: TensorFlow reads this when it loads. Three lines about oneDNN and CUDA, written
// before it has set up its log, stay.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
