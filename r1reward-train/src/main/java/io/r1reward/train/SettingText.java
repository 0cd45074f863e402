package io.r1reward.train;

import com.google.common.hash.Hashing;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Text that is equal for settings of equal content in every process: numbers and enums as they are,
 * records by their components, lambdas by the class that they are written in and what they capture,
 * any other object by its class. Text may be a secret, so only a part of its SHA-256 is shown.
 */
final class SettingText {
  private static final int DIGITS = 8;

  private SettingText() {}

  static String of(@Nullable Object value) {
    if (value == null) {
      return "none";
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof Enum<?>) {
      return value.toString();
    }
    if (value instanceof CharSequence text) {
      return Hashing.sha256()
          .hashString(text, StandardCharsets.UTF_8)
          .toString()
          .substring(0, DIGITS);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SettingText::of).collect(Collectors.joining(" "));
    }
    List<String> parts = new ArrayList<>();
    Class<?> type = value.getClass();
    try {
      if (type.isRecord()) {
        for (RecordComponent component : type.getRecordComponents()) {
          open(component.getAccessor());
          parts.add(component.getName() + "=" + of(component.getAccessor().invoke(value)));
        }
      } else if (type.isHidden()) {
        for (Field captured : type.getDeclaredFields()) {
          open(captured);
          parts.add(of(captured.get(value)));
        }
      }
    } catch (IllegalAccessException | InvocationTargetException | InaccessibleObjectException e) {
      return name(type); // of a module that does not open itself: all that can be told
    }
    return parts.isEmpty() ? name(type) : name(type) + parts;
  }

  private static void open(AccessibleObject member) {
    member.setAccessible(true);
  }

  /** A lambda's class has a number that differs from process to process. */
  private static String name(Class<?> type) {
    String name = type.getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : name.substring(0, lambda) + " lambda";
  }
}
