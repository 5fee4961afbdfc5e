// Imported first: TensorFlow reads this when it loads, and talks of CUDA and CPU flags otherwise.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
