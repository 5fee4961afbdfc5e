import * as tf from '@tensorflow/tfjs-node'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'

/**
 * Has TensorFlow's own kernel compute the gradient of ReLU: tfjs composes it of comparisons,
 * fills and selections, which takes a fifth of a training step.
 */
tf.unregisterGradient('Relu')
tf.registerGradient({
  kernelName: 'Relu',
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({
    x: () => {
      const backend = tf.backend() as unknown as NodeJSKernelBackend
      const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding
      const attributes = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }]
      return backend.executeSingleOutput('ReluGrad', attributes, [dy as tf.Tensor, y!])
    },
  }),
})
