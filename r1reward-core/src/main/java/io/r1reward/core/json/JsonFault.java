package io.r1reward.core.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * What is wrong with a JSON text, in a sentence for whoever wrote the text: the parser's own speaks
 * to whoever programs with it, and names its switches. Stateless.
 */
public final class JsonFault {
  private static final Pattern SWITCH =
      Pattern.compile(
          ":? enable `[^`]*` to allow|, from `[^`]*`| \\(start marker at \\[[^]]*]\\)| \\(`[^`]*`[^)]*\\)");

  private JsonFault() {}

  /** Returns what is wrong and where: line and column, both from 1. */
  public static String of(IOException e) {
    if (!(e instanceof JacksonException fault)) {
      return e.toString();
    }
    String message = SWITCH.matcher(fault.getOriginalMessage()).replaceAll("");
    JsonLocation at = fault.getLocation();
    return at == null || at.getLineNr() < 1
        ? message
        : message + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
