package io.r1reward.core.generate;

/** Placeholder. */
final class BatchingGenerator {}
