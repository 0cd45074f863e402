/**
 * Reads Parquet files as records: {@link io.r1reward.parquet.ParquetFormat}, which {@link
 * io.r1reward.train.data.table.Records} finds on the class path.
 */
@NullMarked
package io.r1reward.parquet;

import org.jspecify.annotations.NullMarked;
