/** Judgements as OpenTelemetry's events: {@link io.r1reward.opentelemetry.EvaluationEvents}. */
@NullMarked
package io.r1reward.opentelemetry;

import org.jspecify.annotations.NullMarked;
