package io.r1reward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTest {

  @Test
  void a_path_is_kept_unopened() {
    Image image = Image.of(Path.of("no/such.png"));

    assertThat(image.source()).isEqualTo(new Image.FileSource(Path.of("no/such.png")));
    assertThat(image.describe()).isEqualTo(Path.of("no", "such.png").toString());
  }

  @Test
  void bytes_are_kept_uncopied_and_named_by_their_number() {
    byte[] encoded = {1, 2, 3};

    Image image = Image.of(encoded);

    assertThat(((Image.BytesSource) image.source()).data()).isSameAs(encoded);
    assertThat(image.describe()).isEqualTo("image of 3 bytes");
  }

  @Test
  void a_stream_is_read_to_its_end_and_left_open() throws IOException {
    boolean[] closed = {false};
    ByteArrayInputStream stream =
        new ByteArrayInputStream(new byte[] {4, 5}) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };

    Image image = Image.of(stream);

    assertThat(bytes(image)).containsExactly(4, 5);
    assertThat(stream.available()).isZero();
    assertThat(closed[0]).isFalse();
  }

  @Test
  void pixels_are_kept_uncopied_and_named_by_their_size() {
    BufferedImage pixels = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);

    Image image = Image.of(pixels);

    assertThat(((Image.PixelsSource) image.source()).image()).isSameAs(pixels);
    assertThat(image).hasToString("Image[image of 3 x 2 pixels]");
  }

  // "hello" is aGVsbG8= in base64
  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:image/png;base64,aGVsbG8=",
        "DATA:image/png;BASE64,aGVsbG8=",
        "data:;base64,aGVsbG8=",
        "data:;base64,aGVsbG8",
        "data:image/png;charset=x;base64,aGVs\r\nbG8=\r\n",
        "data:;base64,aGVs\nbG8=",
        "data:;base64,aG Vs\tbG8=",
        "data:;base64,aGVs%0AbG8%3D",
        "data:,hello",
        "data:text/plain,%68e%6Clo"
      })
  void data_uris_are_decoded(String uri) {
    assertThat(new String(bytes(Image.ofDataUri(uri)), US_ASCII)).isEqualTo("hello");
    assertThat(Image.ofDataUri(uri).describe()).isEqualTo("data: URI of 5 bytes");
  }

  @Test
  void base64_keeps_plus_and_slash_also_beside_percent_escapes() {
    // 0xFB 0xFF 0xBF is +/+/ in base64
    assertThat(bytes(Image.ofDataUri("data:;base64,+/+/"))).containsExactly(0xFB, 0xFF, 0xBF);
    assertThat(bytes(Image.ofDataUri("data:;base64,+/%2B/"))).containsExactly(0xFB, 0xFF, 0xBF);
  }

  @Test
  void percent_encoding_gives_every_byte_and_a_plus_is_no_blank() {
    assertThat(bytes(Image.ofDataUri("data:,%00%7F%80%FF+")))
        .isEqualTo("\u0000\u007F\u0080\u00FF+".getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://x/y.png|not a data: URI: http://x/y.png",
        "data:image/png;base64|data: URI without a comma",
        "data:;base64,a|malformed body",
        "data:;base64,aGV*bG8=|malformed body",
        "data:,%4|malformed body",
        "data:,%zz|malformed body",
        "data:,caf\u00E9|outside ASCII"
      })
  void malformed_data_uris_are_refused(String uri, String message) {
    assertThatThrownBy(() -> Image.ofDataUri(uri))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_long_malformed_uri_is_abbreviated_in_the_message() {
    assertThatThrownBy(() -> Image.ofDataUri("data:;base64,*" + "a".repeat(10_000)))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .endsWith("...")
        .hasSizeLessThan(250);
  }

  @Test
  void uris_are_told_apart_by_scheme() {
    assertThat(bytes(Image.of(URI.create("data:,hi")))).containsExactly('h', 'i');
    Path path = Path.of("some picture.png").toAbsolutePath();
    assertThat(Image.of(path.toUri())).isEqualTo(Image.of(path));
    URI remote = URI.create("https://example.org/cat.png");
    assertThat(Image.of(remote).source()).isEqualTo(new Image.UriSource(remote));
    assertThat(Image.of(remote).describe()).isEqualTo("https://example.org/cat.png");
  }

  @ParameterizedTest
  @CsvSource({
    "cat.png,image URI has no scheme: cat.png",
    "file:cat.png,not a path on this machine",
    "file:///cat.png?size=2,not a path on this machine"
  })
  void uris_that_name_no_picture_are_refused(String uri, String message) {
    assertThatThrownBy(() -> Image.of(URI.create(uri)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void images_are_equal_where_their_sources_are() {
    byte[] data = {1};

    assertThat(Image.of(Path.of("a"))).isEqualTo(Image.of(Path.of("a")));
    assertThat(Image.of(Path.of("a"))).hasSameHashCodeAs(Image.of(Path.of("a")));
    assertThat(Image.of(data)).isEqualTo(Image.of(data));
    assertThat(Image.of(Path.of("a"))).isNotEqualTo(Image.of(Path.of("b")));
    assertThat(Image.of(data)).isNotEqualTo(Image.of(new byte[] {1}));
  }

  private static byte[] bytes(Image image) {
    return ((Image.BytesSource) image.source()).data();
  }
}
