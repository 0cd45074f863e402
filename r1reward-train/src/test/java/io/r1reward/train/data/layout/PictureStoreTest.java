package io.r1reward.train.data.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureStoreTest {
  @TempDir Path root;

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void names_a_picture_by_its_hash_and_format() throws IOException {
    PictureStore store = new PictureStore(root, "a/b");

    assertThat(store.put(LayoutRecords.PNG)).isEqualTo("a/b/" + LayoutRecords.PNG_NAME);
    assertThat(store.put(LayoutRecords.JPEG)).isEqualTo("a/b/" + LayoutRecords.JPEG_NAME);
    assertThat(store.put(bytes("GIF89a"))).endsWith(".gif");
    assertThat(store.put(bytes("BM"))).endsWith(".bmp");
    assertThat(store.put(bytes("II*\0"))).endsWith(".tif");
    assertThat(store.put(bytes("RIFF....WEBP"))).endsWith(".webp");

    try (Stream<Path> files = Files.list(root.resolve("a/b"))) {
      assertThat(files).hasSize(6).allMatch(file -> !file.getFileName().toString().startsWith("."));
    }
  }

  @Test
  void leaves_a_picture_alone_that_is_there() throws IOException {
    PictureStore store = new PictureStore(root, "");
    Path file = Files.writeString(root.resolve(LayoutRecords.PNG_NAME), "kept");

    assertThat(store.put(LayoutRecords.PNG)).isEqualTo(LayoutRecords.PNG_NAME);

    assertThat(file).hasContent("kept");
  }

  @Test
  void leaves_nothing_behind_where_a_picture_cannot_be_written() throws IOException {
    Files.writeString(root.resolve("taken"), "a file");

    assertThatThrownBy(() -> new PictureStore(root, "taken").put(LayoutRecords.PNG))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new PictureStore(root, "new").put(new byte[0]))
        .isInstanceOf(DroppedRecordException.class)
        .hasMessage("the picture of 0 bytes is empty");

    assertThat(root).isDirectoryNotContaining("glob:**new");
    assertThat(root.resolve("taken")).hasContent("a file");
  }
}
