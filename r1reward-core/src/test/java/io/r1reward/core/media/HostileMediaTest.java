package io.r1reward.core.media;

import static io.r1reward.core.media.Pixels.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.Video;
import io.r1reward.core.testing.Reference;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must end in a {@link MediaException} that names the picture, and nothing else. */
class HostileMediaTest {

  private static final String FOLDER = "image-processor/images/";

  @TempDir Path temp;

  private final VisionProcessor processor = VisionProcessor.builder(CONFIG).build();

  @AfterEach
  void goes_on_serving() {
    assertThat(processor.process(Image.of(Reference.bytes(FOLDER + "exact-28x28.png"))).gridH())
        .isEqualTo(4);
  }

  @Test
  void refuses_a_size_in_the_header_before_decoding() {
    refuses(
        Image.of(Pngs.of(100_000, 100_000, 8, 2, new byte[10])), "100000 x 100000", "178956970");
  }

  @Test
  void refuses_sides_whose_product_overflows() {
    int side = Integer.MAX_VALUE;
    refuses(Image.of(Pngs.of(side, side, 8, 2, new byte[10])), "2147483647 x 2147483647");
  }

  @Test
  void refuses_pixels_over_a_lower_limit() {
    VisionProcessor strict =
        VisionProcessor.builder(CONFIG).limits(MediaLimits.DEFAULT.withMaxPixels(783)).build();
    Image image = Image.of(Reference.path(FOLDER + "exact-28x28.png"));
    assertThatThrownBy(() -> strict.process(image))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("exact-28x28.png")
        .hasMessageContaining("28 x 28 pixels")
        .hasMessageContaining("783");
    assertThatThrownBy(
            () -> strict.process(Image.of(new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB))))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("783");
  }

  @Test
  void refuses_bytes_over_the_limit_from_every_source() throws IOException {
    byte[] bytes = Reference.bytes(FOLDER + "exact-28x28.png");
    Path file = temp.resolve("big.png");
    Files.write(file, bytes);
    VisionProcessor strict =
        VisionProcessor.builder(CONFIG)
            .limits(MediaLimits.DEFAULT.withMaxBytes(bytes.length - 1))
            .fetcher(uri -> new ByteArrayInputStream(bytes))
            .build();
    for (Image image :
        List.of(Image.of(file), Image.of(bytes), Image.of(URI.create("https://example.org/a")))) {
      assertThatThrownBy(() -> strict.process(image))
          .isInstanceOf(MediaException.class)
          .hasMessageContaining(image.describe())
          .hasMessageContaining("limit of " + (bytes.length - 1));
    }
    VisionProcessor exact =
        VisionProcessor.builder(CONFIG)
            .limits(MediaLimits.DEFAULT.withMaxBytes(bytes.length))
            .fetcher(uri -> new ByteArrayInputStream(bytes))
            .build();
    assertThat(exact.process(Image.of(URI.create("https://example.org/a"))).gridH()).isEqualTo(4);
  }

  @Test
  void refuses_text_named_png() throws IOException {
    Path file = temp.resolve("notes.png");
    Files.writeString(file, "these are just words");
    refuses(Image.of(file), "notes.png", "is not a PNG, JPEG, WebP, GIF, BMP or TIFF");
  }

  @Test
  void refuses_nothing_a_folder_and_a_missing_file() throws IOException {
    Path empty = Files.createFile(temp.resolve("empty.jpg"));
    refuses(Image.of(empty), "empty.jpg", "is empty");
    refuses(Image.of(new byte[0]), "is empty");
    refuses(Image.of(temp), temp.toString(), "is a folder");
    refuses(Image.of(temp.resolve("missing.png")), "missing.png", "does not exist");
  }

  @Test
  void refuses_uris_without_a_fetcher_and_fetchers_that_fail() {
    Image remote = Image.of(URI.create("https://example.org/cat.png"));
    refuses(remote, "https://example.org/cat.png", "no MediaFetcher");
    VisionProcessor failing =
        VisionProcessor.builder(CONFIG)
            .fetcher(
                uri -> {
                  throw new IOException("host is asleep");
                })
            .build();
    assertThatThrownBy(() -> failing.process(remote))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("cat.png")
        .hasMessageContaining("host is asleep");
  }

  @Test
  void refuses_rubbish_in_data_uris() {
    assertThatThrownBy(() -> Image.ofDataUri("data:image/png;base64,@@@"))
        .isInstanceOf(InvalidInputException.class);
    refuses(Image.ofDataUri("data:image/png;base64,aGVsbG8="), "data: URI", "is not a PNG");
    refuses(Image.ofDataUri("data:,"), "is empty");
  }

  @Test
  void names_the_frame_that_is_unreadable() throws IOException {
    Path bad = temp.resolve("frame-2.txt");
    Files.writeString(bad, "not a frame");
    Image good = Image.of(Reference.path(FOLDER + "exact-28x28.png"));
    refuses(Video.of(List.of(good, Image.of(bad))), "frame-2.txt", "is not a PNG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgba-120x90.png",
        "palette-90x90.png",
        "jpeg444-150x110.jpg",
        "cmyk-96x72.jpg",
        "gif-66x44.gif",
        "bmp-45x77.bmp"
      })
  void refuses_files_cut_anywhere(String name) {
    byte[] file = Reference.bytes(FOLDER + name);
    for (int tenth = 1; tenth < 10; tenth++) {
      byte[] cut = Arrays.copyOf(file, file.length * tenth / 10);
      refuses(Image.of(cut), "image of " + cut.length + " bytes");
    }
  }

  /** Whatever comes out, it is a result or a {@link MediaException}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgba-120x90.png",
        "palette-90x90.png",
        "progressive-150x110.jpg",
        "cmyk-96x72.jpg",
        "gif-66x44.gif",
        "bmp-45x77.bmp"
      })
  void survives_flipped_bytes(String name) {
    byte[] file = Reference.bytes(FOLDER + name);
    Random random = new Random(3);
    for (int round = 0; round < 150; round++) {
      byte[] broken = file.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        broken[random.nextInt(Math.min(file.length, 400))] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(processor.process(Image.of(broken)).patchCount()).isPositive();
      } catch (MediaException e) {
        assertThat(e).hasMessageContaining("image of " + file.length + " bytes");
      }
    }
  }

  @Test
  void refuses_damaged_image_data() {
    byte[] file = Reference.bytes(FOLDER + "rgba-120x90.png");
    file[file.length / 2] ^= 1;
    refuses(Image.of(file), "PNG image data are damaged");
  }

  @Test
  void never_hands_compressed_texts_to_the_decoder() throws IOException {
    byte[] text = Pngs.chunk("zTXt", Pngs.deflated(new byte[1 << 20]));
    byte[] file = Reference.bytes(FOLDER + "palette-90x90.png");
    byte[] bomb = Pngs.withChunk(file, text);
    assertThat(Pngs.types(bomb)).contains("zTXt");
    assertThat(Pngs.types(PngChunks.of(bomb).data()))
        .containsExactly("IHDR", "PLTE", "IDAT", "IEND");
    assertThat(processor.process(Image.of(bomb)).patches())
        .isEqualTo(processor.process(Image.of(file)).patches());
  }

  private void refuses(Media media, String... parts) {
    assertThatThrownBy(() -> processor.process(media))
        .isInstanceOf(MediaException.class)
        .hasMessageContainingAll(parts);
  }
}
