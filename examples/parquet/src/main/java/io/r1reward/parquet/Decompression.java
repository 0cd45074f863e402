package io.r1reward.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Unpacks pages without Hadoop's codecs, which want all of Hadoop. Stateless, thread-safe. */
final class Decompression implements CompressionCodecFactory {

  private interface Codec {
    byte[] unpack(byte[] packed, int size) throws IOException;
  }

  private record Decompressor(Codec codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      byte[] unpacked = codec.unpack(bytes.toInputStream().readAllBytes(), size);
      if (unpacked.length != size) {
        throw new IOException("a page has %d bytes, not %d".formatted(unpacked.length, size));
      }
      return BytesInput.from(unpacked);
    }

    @Override
    public void decompress(ByteBuffer input, int packed, ByteBuffer output, int size)
        throws IOException {
      byte[] bytes = new byte[packed];
      input.get(bytes);
      output.put(decompress(BytesInput.from(bytes), size).toInputStream().readAllBytes());
    }

    @Override
    public void release() {}
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    return new Decompressor(
        switch (name) {
          case UNCOMPRESSED -> (packed, size) -> packed;
          case SNAPPY -> Decompression::snappy;
          case GZIP -> Decompression::gzip;
          case ZSTD -> Zstd::decompress;
          case LZ4_RAW -> Decompression::lz4;
          default ->
              throw new IllegalArgumentException(
                  "compression "
                      + name
                      + " is not read, only UNCOMPRESSED, SNAPPY, GZIP, ZSTD and LZ4_RAW");
        });
  }

  private static byte[] snappy(byte[] packed, int size) throws IOException {
    int said = Snappy.uncompressedLength(packed);
    if (said != size) {
      throw new IOException("a Snappy page has %d bytes, not %d".formatted(said, size));
    }
    return Snappy.uncompress(packed);
  }

  private static byte[] gzip(byte[] packed, int size) throws IOException {
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return unpacked.readNBytes(size);
    }
  }

  private static byte[] lz4(byte[] packed, int size) throws IOException {
    byte[] unpacked = new byte[size];
    int length = new Lz4Decompressor().decompress(packed, 0, packed.length, unpacked, 0, size);
    if (length != size) {
      throw new IOException("an LZ4 page has %d bytes, not %d".formatted(length, size));
    }
    return unpacked;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    throw new UnsupportedOperationException("files are read, not written");
  }

  @Override
  public void release() {}
}
