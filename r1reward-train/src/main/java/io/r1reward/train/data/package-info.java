/**
 * Preference data: samples, the {@link io.r1reward.train.data.PreferenceDataset} interface for own
 * sources, and readers of the JSON-lines formats that are in use.
 *
 * <p>Imports no other room of this module.
 */
@NullMarked
package io.r1reward.train.data;

import org.jspecify.annotations.NullMarked;
