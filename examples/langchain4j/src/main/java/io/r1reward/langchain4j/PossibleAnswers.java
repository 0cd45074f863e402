package io.r1reward.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.decision.request.ChoiceQuestion;
import dev.langchain4j.model.decision.request.Question;
import dev.langchain4j.model.decision.request.ScaleQuestion;
import dev.langchain4j.model.decision.request.YesNoQuestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A typed question as one that has responses to compare. Descriptions stand in the question, so
 * that the responses differ in nothing else. Immutable.
 *
 * @param question the question as it was asked
 * @param text its text, with a line for each answer that has a description
 * @param answers the responses, in the question's own order; yes before no
 */
record PossibleAnswers(Question question, String text, List<String> answers) {

  /**
   * Reads a question.
   *
   * @throws UnsupportedFeatureException if its type is unknown
   */
  static PossibleAnswers to(String name, Question question) {
    List<String> answers = new ArrayList<>();
    StringBuilder text = new StringBuilder(question.text());
    if (question instanceof YesNoQuestion yesNo) {
      add(answers, text, "Yes.", yesNo.yesWhen());
      add(answers, text, "No.", yesNo.noWhen());
    } else if (question instanceof ChoiceQuestion choice) {
      choice.options().forEach((option, description) -> add(answers, text, option, description));
    } else if (question instanceof ScaleQuestion scale) {
      for (int i = 0; i < scale.levels().size(); i++) {
        add(answers, text, scale.levels().get(i), scale.levelDescriptions().get(i));
      }
    } else {
      throw new UnsupportedFeatureException(
          "question '%s' of %s has no answers that could be compared"
              .formatted(name, question.getClass().getName()));
    }
    return new PossibleAnswers(question, text.toString(), List.copyOf(answers));
  }

  private static void add(
      List<String> answers, StringBuilder text, String answer, @Nullable String description) {
    answers.add(answer);
    // LangChain4j describes an option without a description by its name
    if (description != null && !description.isBlank() && !description.equals(answer)) {
      text.append("\nAnswer \"").append(answer).append("\" means: ").append(description);
    }
  }
}
