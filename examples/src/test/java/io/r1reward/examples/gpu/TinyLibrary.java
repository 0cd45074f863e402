package io.r1reward.examples.gpu;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes ELF files that hold nothing but what they want. */
final class TinyLibrary {
  private static final long ADDRESS = 0x1000;

  private TinyLibrary() {}

  static byte[] wanting(String... names) {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.write(0);
    List<Integer> at = new ArrayList<>();
    for (String name : names) {
      at.add(strings.size());
      strings.writeBytes(name.getBytes(StandardCharsets.UTF_8));
      strings.write(0);
    }
    int table = 64 + 2 * 56;
    int dynamic = table + strings.size();
    int end = dynamic + 16 * (names.length + 3);
    ByteBuffer elf = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    elf.putShort((short) 3).putShort((short) 62).putInt(1).putLong(0).putLong(64).position(52);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 2).position(64);
    segment(elf, 1, 0, ADDRESS, end);
    segment(elf, 2, dynamic, ADDRESS + dynamic, end - dynamic);
    elf.put(strings.toByteArray());
    at.forEach(place -> elf.putLong(1).putLong(place));
    elf.putLong(5).putLong(ADDRESS + table);
    elf.putLong(10).putLong(strings.size());
    return elf.array();
  }

  private static void segment(ByteBuffer elf, int type, long offset, long address, long size) {
    elf.putInt(type).putInt(4).putLong(offset).putLong(address).putLong(address);
    elf.putLong(size).putLong(size).putLong(8);
  }
}
