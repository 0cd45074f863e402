/**
 * The judge on an Apache Spark cluster: {@link io.r1reward.spark.SparkScoring} scores lines of
 * pairs with one model in each executor's process, {@link io.r1reward.spark.ScoreJob} is the
 * program for {@code spark-submit}.
 */
@NullMarked
package io.r1reward.spark;

import org.jspecify.annotations.NullMarked;
