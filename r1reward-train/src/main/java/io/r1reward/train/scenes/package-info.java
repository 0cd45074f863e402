/**
 * A visual preference task made by a program: pictures of coloured shapes, digits and bar charts, a
 * question, two responses of which one makes fewer false statements, and a templated judgement.
 * Seeded, unlimited, and real enough to the eye that a judge has to look. The demonstration judge
 * is trained on it.
 *
 * <p>{@link io.r1reward.train.scenes.SceneTask} gives the samples, {@link
 * io.r1reward.train.scenes.DemonstrationModel} the model that starts on them: random weights and a
 * small vocabulary, learned from the task's own texts (byte-level BPE) and written as the {@code
 * tokenizer.json} of a Qwen2.5 checkpoint.
 *
 * <p>Of this module it imports {@code data}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.train.scenes;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
