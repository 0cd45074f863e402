package io.r1reward.train.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void lines_come_with_number_end_and_whether_they_are_whole() throws IOException {
    assertThat(read("ä\n\nbc", 10))
        .containsExactly(
            new LineReader.Line(1, "ä", null, true, 3),
            new LineReader.Line(2, "", null, true, 4),
            new LineReader.Line(3, "bc", null, false, 6));
  }

  @Test
  void a_carriage_return_and_a_byte_order_mark_belong_to_no_line() throws IOException {
    assertThat(read("\uFEFFa\r\n\uFEFFb\n", 10))
        .extracting(LineReader.Line::text)
        .containsExactly("a", "\uFEFFb");
  }

  @Test
  void an_empty_file_has_no_line_and_a_final_break_starts_none() throws IOException {
    assertThat(read("", 10)).isEmpty();
    assertThat(read("a\n", 10)).hasSize(1);
  }

  @Test
  void a_line_that_is_too_long_is_told_and_the_next_is_read() throws IOException {
    List<LineReader.Line> lines = read("1234\n12345\n123", 4);

    assertThat(lines)
        .containsExactly(
            new LineReader.Line(1, "1234", null, true, 5),
            new LineReader.Line(2, "", "the line is longer than 4 bytes: 5", true, 11),
            new LineReader.Line(3, "123", null, false, 14));
  }

  @Test
  void a_line_longer_than_the_buffer_is_put_together() throws IOException {
    String text = "é".repeat(100_000);

    List<LineReader.Line> lines = read(text + "\nx\n", 1 << 20);

    assertThat(lines).extracting(LineReader.Line::text).containsExactly(text, "x");
    assertThat(lines).extracting(LineReader.Line::end).containsExactly(200_001L, 200_003L);
  }

  @Test
  void a_line_that_is_not_utf_8_is_told_with_the_byte_and_the_next_is_read() throws IOException {
    // 0xE4 is ä in Latin-1; 0xC0 0x80 is an overlong zero; 0xED 0xA0 0x80 half a surrogate pair
    byte[] bytes =
        Bytes.concat(
            new byte[] {'a', 'b', (byte) 0xE4, '\n'},
            new byte[] {(byte) 0xC0, (byte) 0x80, '\n'},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n', 'c'});

    assertThat(read(bytes, 10))
        .containsExactly(
            new LineReader.Line(1, "", "the line is not UTF-8 at byte 2", true, 4),
            new LineReader.Line(2, "", "the line is not UTF-8 at byte 0", true, 7),
            new LineReader.Line(3, "", "the line is not UTF-8 at byte 0", true, 11),
            new LineReader.Line(4, "c", null, false, 12));
  }

  private static List<LineReader.Line> read(String text, int maxBytes) throws IOException {
    return read(text.getBytes(UTF_8), maxBytes);
  }

  private static List<LineReader.Line> read(byte[] bytes, int maxBytes) throws IOException {
    List<LineReader.Line> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes), maxBytes)) {
      for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
        lines.add(line);
      }
    }
    return lines;
  }
}
