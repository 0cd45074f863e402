/**
 * Files of records, whatever their format: {@link io.r1reward.train.data.table.Records} opens JSON
 * lines and JSON lists, gzip of them, and what a {@link io.r1reward.train.data.table.RecordFormat}
 * on the class path adds, as r1reward-parquet does. A record is a JSON object; what it means is
 * told elsewhere.
 *
 * <p>Of this module it imports {@code data}.
 */
@NullMarked
package io.r1reward.train.data.table;

import org.jspecify.annotations.NullMarked;
