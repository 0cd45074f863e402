package io.r1reward.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.Records;
import io.r1reward.train.data.table.TableRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.xerial.snappy.Snappy;

/** Writes Parquet files with Parquet's own writer, and reads them through the service. */
final class ParquetFiles {

  private ParquetFiles() {}

  /** Writes one row. */
  static Path row(Path file, String fields, Consumer<Group> row) throws IOException {
    return rows(
        file, fields, CompressionCodecName.UNCOMPRESSED, 1, (i, group) -> row.accept(group));
  }

  /** Writes rows, in row groups of a hundred. */
  static Path rows(
      Path file,
      String fields,
      CompressionCodecName compression,
      int count,
      BiConsumer<Integer, Group> row)
      throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType("message row { " + fields + " }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withCodecFactory(new Compression())
            .withCompressionCodec(compression)
            .withRowGroupSize(1L) // looked at every hundred rows
            .withMinRowCountForPageSizeCheck(100)
            .withMaxRowCountForPageSizeCheck(100)
            .build()) {
      for (int i = 0; i < count; i++) {
        Group group = new SimpleGroup(schema);
        row.accept(i, group);
        writer.write(group);
      }
    }
    return file;
  }

  static List<ObjectNode> read(Path file) throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    try (RecordReader reader = Records.open(file)) {
      for (TableRow row = reader.next(); row != null; row = reader.next()) {
        rows.add(row.fields());
      }
    }
    return rows;
  }

  private static final class Compression implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          return BytesInput.from(packed(bytes.toInputStream().readAllBytes(), name));
        }

        @Override
        public CompressionCodecName getCodecName() {
          return name;
        }

        @Override
        public void release() {}
      };
    }

    private static byte[] packed(byte[] bytes, CompressionCodecName name) throws IOException {
      return switch (name) {
        case SNAPPY -> Snappy.compress(bytes);
        case ZSTD -> Zstd.compress(bytes);
        case GZIP -> {
          ByteArrayOutputStream into = new ByteArrayOutputStream();
          try (GZIPOutputStream packed = new GZIPOutputStream(into)) {
            packed.write(bytes);
          }
          yield into.toByteArray();
        }
        case LZ4_RAW -> {
          Lz4Compressor lz4 = new Lz4Compressor();
          byte[] into = new byte[lz4.maxCompressedLength(bytes.length)];
          int length = lz4.compress(bytes, 0, bytes.length, into, 0, into.length);
          yield Arrays.copyOf(into, length);
        }
        default -> bytes; // another codec's name over bytes as they are
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release() {}
  }
}
