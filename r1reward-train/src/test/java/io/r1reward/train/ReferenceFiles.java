package io.r1reward.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the reference numbers from the class path. */
public final class ReferenceFiles {

  private ReferenceFiles() {}

  /** Parses {@code reference/<path>}. */
  public static JsonNode json(String path) {
    try (InputStream in = open(path)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /** Opens {@code reference/<path>}. */
  public static InputStream open(String path) {
    InputStream in = ReferenceFiles.class.getResourceAsStream("/reference/" + path);
    if (in == null) {
      throw new IllegalArgumentException("no reference file " + path + " on the class path");
    }
    return in;
  }

  /** Returns the entries of an array, each usable as a test parameter. */
  public static List<JsonNode> cases(String path) {
    List<JsonNode> cases = new ArrayList<>();
    json(path).forEach(cases::add);
    return cases;
  }

  /** Reads a number, or the strings NaN and Infinity. */
  public static double number(JsonNode node) {
    return node.isTextual() ? Double.parseDouble(node.textValue()) : node.doubleValue();
  }

  /** Reads a row of numbers. */
  public static double[] row(JsonNode node) {
    double[] row = new double[node.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = number(node.get(i));
    }
    return row;
  }

  /** Reads rows of numbers. */
  public static double[][] rows(JsonNode node) {
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(node.get(i));
    }
    return rows;
  }

  /** Reads 0/1 rows in the shape of {@code like}; null rows or no mask select everything. */
  public static boolean[][] mask(JsonNode node, double[][] like) {
    boolean[][] mask = new boolean[like.length][];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = new boolean[like[i].length];
      JsonNode row = node == null || node.isNull() ? null : node.get(i);
      for (int t = 0; t < mask[i].length; t++) {
        mask[i][t] = row == null || row.isNull() || row.get(t).intValue() != 0;
      }
    }
    return mask;
  }
}
