package io.r1reward.core.safetensors;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The mappings behind a file's tensors. One mapping holds at most 2^31 - 1 bytes, so consecutive
 * tensors share mappings as far as they fit. A tensor that is too long for one gets several, of
 * which each begins {@link #STRIDE} bytes behind the one before and overlaps the next: any stretch
 * of at most {@link #STRIDE} bytes lies within one of them.
 */
final class MappedRegions {
  /** Distance between the mappings of a tensor that does not fit into one. */
  static final int STRIDE = 1 << 30;

  /**
   * Where a tensor is.
   *
   * @param region number of its first (mostly only) mapping
   * @param offset its first byte therein
   * @param position its first byte in the file
   */
  record Place(int region, int offset, long position) {}

  private final FileChannel channel;
  private final ImmutableList.Builder<MappedByteBuffer> regions = ImmutableList.builder();
  private final List<Place> places = new ArrayList<>();
  private int count;

  /** Maps the tensors of a file, which lie one behind the other. */
  MappedRegions(FileChannel channel, SafetensorsHeader header) throws IOException {
    this.channel = channel;
    long begin = header.dataPosition();
    long end = begin;
    for (SafetensorsHeader.Entry entry : header.entries()) {
      long entryBegin = header.dataPosition() + entry.begin();
      long entryEnd = header.dataPosition() + entry.end();
      if (entryEnd - begin > Integer.MAX_VALUE) {
        map(begin, end);
        begin = entryBegin;
      }
      places.add(new Place(count, (int) (entryBegin - begin), entryBegin));
      end = entryEnd;
      if (end - begin > Integer.MAX_VALUE) {
        for (; begin < end; begin += STRIDE) {
          map(begin, Math.min(end, begin + Integer.MAX_VALUE));
        }
        begin = end;
      }
    }
    map(begin, end);
  }

  private void map(long begin, long end) throws IOException {
    if (begin < end) {
      regions.add(channel.map(FileChannel.MapMode.READ_ONLY, begin, end - begin));
      count++;
    }
  }

  /** Returns the place of every tensor, in the order of the header. */
  List<Place> places() {
    return places;
  }

  /** Returns all mappings. */
  ImmutableList<MappedByteBuffer> buffers() {
    return regions.build();
  }
}
