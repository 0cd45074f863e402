package io.r1reward.examples;

import com.google.common.base.Strings;
import java.util.List;

/** Text in columns, numbers to the right. */
public final class TextTable {
  private static final String MARGIN = "  ";

  private TextTable() {}

  /**
   * Aligns columns: to the right where all below the headers are numbers.
   *
   * @param rows of as many cells each
   * @param headers how many rows are headers
   * @return a line for each row, each with a line break
   */
  public static String render(List<List<String>> rows, int headers) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int width = width(rows, column);
        String cell = row.get(column);
        line.append(MARGIN)
            .append(
                isNumeric(rows.subList(headers, rows.size()), column)
                    ? Strings.padStart(cell, width, ' ')
                    : Strings.padEnd(cell, width, ' '));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static boolean isNumeric(List<List<String>> rows, int column) {
    return rows.stream()
        .allMatch(row -> row.get(column).matches("-|-?[0-9.]+(e[-+]?[0-9]+)?( %)?"));
  }
}
