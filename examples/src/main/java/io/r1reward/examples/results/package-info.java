/** What keeps files of results honest: what they were made from, and how far a run has come. */
@NullMarked
package io.r1reward.examples.results;

import org.jspecify.annotations.NullMarked;
