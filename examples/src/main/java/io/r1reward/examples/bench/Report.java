package io.r1reward.examples.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.examples.TextTable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was measured: sections of named values, or of rows that have the same names, in the order
 * they were added. Not thread-safe.
 */
final class Report {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private final ObjectNode root = MAPPER.createObjectNode();

  /** Named values. */
  static final class Values {
    private final ObjectNode node;

    private Values(ObjectNode node) {
      this.node = node;
    }

    Values put(String name, String value) {
      node.put(name, value);
      return this;
    }

    Values put(String name, long value) {
      node.put(name, value);
      return this;
    }

    /** Adds a measured number, to four digits. */
    Values put(String name, double value) {
      node.put(name, new BigDecimal(value).round(FOUR_DIGITS).doubleValue());
      return this;
    }

    /** Adds shortest and median time in milliseconds. */
    Values putMillis(Timings times) {
      return put("min_ms", times.min() * 1e3).put("median_ms", times.median() * 1e3);
    }
  }

  /** Adds a section of values. */
  Values section(String name) {
    return new Values(root.putObject(name));
  }

  /** Adds a row to a section of rows. */
  Values row(String section) {
    return new Values(root.withArray(section).addObject());
  }

  /** Returns reports as JSON, an array where there is more than one, and a line break. */
  static String json(List<Report> reports) {
    JsonNode tree =
        reports.size() == 1
            ? reports.get(0).root
            : MAPPER.createArrayNode().addAll(reports.stream().map(each -> each.root).toList());
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a JSON tree", e);
    }
  }

  /** Returns reports as text, with a line between them. */
  static String text(List<Report> reports) {
    return reports.stream().map(Report::text).collect(Collectors.joining("-".repeat(80) + "\n"));
  }

  /** Returns the report as text: a section below the other, rows as aligned columns. */
  private String text() {
    StringBuilder text = new StringBuilder();
    root.properties()
        .forEach(
            section ->
                text.append(section.getKey())
                    .append('\n')
                    .append(
                        TextTable.render(
                            cells(section.getValue()), section.getValue().isArray() ? 1 : 0))
                    .append('\n'));
    return text.toString();
  }

  /** The rows of a section: of values their name and value, of rows first the names. */
  private static List<List<String>> cells(JsonNode section) {
    List<List<String>> cells = new ArrayList<>();
    if (section.isArray()) {
      cells.add(ImmutableList.copyOf(section.get(0).fieldNames()));
      section.forEach(
          row -> cells.add(row.properties().stream().map(e -> text(e.getValue())).toList()));
    } else {
      section.properties().forEach(e -> cells.add(List.of(e.getKey(), text(e.getValue()))));
    }
    return cells;
  }

  private static String text(JsonNode value) {
    return value.isDouble()
        ? new BigDecimal(value.asText()).stripTrailingZeros().toPlainString()
        : value.asText();
  }
}
