"""The custom layers of `train/network/`, for inference, under their tfjs class names."""

import tensorflow as tf
import tf_keras


class FusedBatchNormalization(tf_keras.layers.BatchNormalization):
    pass


class SeededDropout(tf_keras.layers.Layer):
    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)

    def call(self, x):
        return x


class LevelNormalization(tf_keras.layers.Layer):
    def __init__(self, reference, range, mean, scale, **kwargs):
        super().__init__(**kwargs)
        if reference not in ("window", "fixed"):
            raise ValueError(f"LevelNormalization: unknown reference {reference!r}")
        self.reference, self.range, self.mean, self.scale = reference, range, mean, scale

    def call(self, x):
        loudest = tf.reduce_max(x, [1, 2], keepdims=True)
        floored = tf.maximum(x, loudest - self.range)
        level = floored - loudest if self.reference == "window" else floored
        return (level - self.mean) / self.scale


class AttentiveStatisticsPooling(tf_keras.layers.Layer):
    def __init__(self, units, threshold=None, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.threshold = units, threshold

    def build(self, shape):
        channels = (shape[0] if self.threshold is not None else shape)[-1]
        self.hidden = self.add_weight(name="hidden", shape=[channels, self.units])
        self.hidden_bias = self.add_weight(name="hidden_bias", shape=[self.units])
        self.scores = self.add_weight(name="scores", shape=[self.units, channels])
        super().build(shape)

    def call(self, inputs):
        x, loudness = (inputs, None) if self.threshold is None else inputs
        hidden = tf.tanh(tf.matmul(x, self.hidden) + self.hidden_bias)
        scores = tf.matmul(hidden, self.scores)
        if self.threshold is not None:
            scores -= 50.0 * tf.cast(loudness < self.threshold, tf.float32)[:, :, tf.newaxis]
        weights = tf.nn.softmax(scores, axis=1)
        mean = tf.reduce_sum(weights * x, 1)
        square = tf.reduce_sum(weights * x * x, 1)
        deviation = tf.sqrt(tf.maximum(square - tf.square(mean), 1e-5))
        return tf.concat([mean, deviation], 1)


custom_layers = {
    layer.__name__: layer
    for layer in (
        FusedBatchNormalization,
        SeededDropout,
        LevelNormalization,
        AttentiveStatisticsPooling,
    )
}
