package io.r1reward.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;

/** Points in time. Stateless. */
final class Instants {
  private static final long NANOS = 1_000_000_000;
  private static final long SECONDS_OF_A_DAY = 86_400;

  /** 1 January 1970. */
  private static final long JULIAN_DAY = 2_440_588;

  private Instants() {}

  /** Returns how many nanoseconds a unit has. */
  static long nanos(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000;
      case MICROS -> 1_000;
      case NANOS -> 1;
    };
  }

  /** Returns the instant that lies some units of some nanoseconds behind 1970. */
  static Instant of(long units, long nanos) {
    long unitsOfASecond = NANOS / nanos;
    return Instant.ofEpochSecond(
        Math.floorDiv(units, unitsOfASecond), Math.floorMod(units, unitsOfASecond) * nanos);
  }

  /** Reads the nanoseconds of a day and the Julian day, as older writers have them. */
  static Instant ofJulian(ByteBuffer bytes) {
    ByteBuffer little = bytes.order(ByteOrder.LITTLE_ENDIAN);
    long nanos = little.getLong();
    long day = Integer.toUnsignedLong(little.getInt());
    return Instant.ofEpochSecond((day - JULIAN_DAY) * SECONDS_OF_A_DAY, nanos);
  }

  static String text(Instant instant, boolean utc) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    String text = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(local);
    return utc ? text + "Z" : text;
  }
}
