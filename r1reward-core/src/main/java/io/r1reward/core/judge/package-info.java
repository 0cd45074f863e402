/**
 * The reward model over any {@link io.r1reward.core.generate.Generator}: prompts from a {@link
 * io.r1reward.core.protocol.JudgeProtocol}, settings from the checkpoint where a caller gives none,
 * stop strings and streaming over the generated text, verdicts, votes and the soft score. Knows no
 * engine. Imports the public API and the core packages but those of engines.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.judge;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
