"""The custom layers of `train/network/`, for inference, under their tfjs class names."""

import tensorflow as tf
import tf_keras


class FusedBatchNormalization(tf_keras.layers.BatchNormalization):
    pass


class BroadcastLayerNormalization(tf_keras.layers.LayerNormalization):
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


class Standardization(tf_keras.layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(name="mean", shape=[shape[-1]], trainable=False)
        self.scale = self.add_weight(name="scale", shape=[shape[-1]], trainable=False)
        super().build(shape)

    def call(self, x):
        return (x - self.mean) / self.scale


class FusedLstm(tf_keras.layers.LSTM):
    def __init__(self, units, seed=0, **kwargs):
        super().__init__(units, return_sequences=True, **kwargs)


class FusedGru(tf_keras.layers.GRU):
    def __init__(self, units, seed=0, **kwargs):
        super().__init__(units, return_sequences=True, reset_after=False, **kwargs)


class SoftAttention(tf_keras.layers.Layer):
    def __init__(self, seed=0, **kwargs):
        super().__init__(**kwargs)

    def build(self, shape):
        self.vector = self.add_weight(name="vector", shape=[shape[-1], 1])
        super().build(shape)

    def call(self, x):
        return tf.reduce_sum(tf.nn.softmax(tf.matmul(x, self.vector), axis=1) * x, 1)


class PositionEmbedding(tf_keras.layers.Layer):
    def __init__(self, seed=0, **kwargs):
        super().__init__(**kwargs)

    def build(self, shape):
        self.positions = self.add_weight(name="positions", shape=shape[1:])
        super().build(shape)

    def call(self, x):
        return x + self.positions


class MultiHeadAttention(tf_keras.layers.Layer):
    def __init__(self, heads, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, shape):
        units = shape[-1]
        self.kernel = self.add_weight(name="kernel", shape=[units, 3 * units])
        self.bias = self.add_weight(name="bias", shape=[3 * units])
        self.output_kernel = self.add_weight(name="output_kernel", shape=[units, units])
        self.output_bias = self.add_weight(name="output_bias", shape=[units])
        super().build(shape)

    def call(self, x):
        _, tokens, units = x.shape
        size = units // self.heads
        projected = tf.matmul(x, self.kernel) + self.bias
        heads = tf.reshape(projected, [-1, tokens, 3, self.heads, size])
        queries, keys, values = tf.unstack(tf.transpose(heads, [2, 0, 3, 1, 4]))
        scores = tf.matmul(queries, keys, transpose_b=True) / size**0.5
        taken = tf.transpose(tf.matmul(tf.nn.softmax(scores), values), [0, 2, 1, 3])
        joined = tf.reshape(taken, [-1, tokens, units])
        return tf.matmul(joined, self.output_kernel) + self.output_bias


custom_layers = {
    layer.__name__: layer
    for layer in (
        FusedBatchNormalization,
        BroadcastLayerNormalization,
        SeededDropout,
        LevelNormalization,
        AttentiveStatisticsPooling,
        Standardization,
        FusedLstm,
        FusedGru,
        SoftAttention,
        PositionEmbedding,
        MultiHeadAttention,
    )
}
