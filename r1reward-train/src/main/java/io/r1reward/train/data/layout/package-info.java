/**
 * The records of public preference data sets, turned into lines of pairs: {@link
 * io.r1reward.train.data.layout.DatasetLayout} knows what the fields of each data set mean, {@link
 * io.r1reward.train.data.layout.LayoutConversion} reads a whole file, and {@link
 * io.r1reward.train.data.layout.PictureStore} takes the pictures that stand in it.
 *
 * <p>Of this module it imports {@code data} and {@code data.table}.
 */
@NullMarked
package io.r1reward.train.data.layout;

import org.jspecify.annotations.NullMarked;
