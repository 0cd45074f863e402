package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import org.jspecify.annotations.Nullable;

/**
 * A line of the input: a pair, or what is wrong with it.
 *
 * @param number of the line in its file, from 1
 * @param id as it stands in the line; JSON null where there is none
 * @param pair null where the line is bad
 * @param label the better response, null where the line does not tell
 * @param error null where the line is good
 */
record InputLine(
    long number,
    JsonNode id,
    @Nullable PreferencePair pair,
    @Nullable Preferred label,
    @Nullable String error) {}
