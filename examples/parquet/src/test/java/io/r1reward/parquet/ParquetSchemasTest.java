package io.r1reward.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetSchemasTest {
  @TempDir Path folder;

  private JsonNode read(String fields, Consumer<Group> row) throws IOException {
    return ParquetFiles.read(ParquetFiles.row(folder.resolve("a.parquet"), fields, row)).get(0);
  }

  private String json(String fields, Consumer<Group> row) throws IOException {
    return read(fields, row).toString().replace('"', '\'');
  }

  @Test
  void reads_a_picture_as_hugging_face_has_it() throws IOException {
    byte[] picture = {1, 2, 3, -1};
    JsonNode row =
        read(
            "optional group image { optional binary bytes; optional binary path (STRING); }",
            group ->
                group
                    .addGroup("image")
                    .append("bytes", Binary.fromConstantByteArray(picture))
                    .append("path", "1.png"));

    assertThat(row.at("/image/bytes").isBinary()).isTrue();
    assertThat(row.at("/image/bytes").binaryValue()).isEqualTo(picture);
    assertThat(row.at("/image/path").textValue()).isEqualTo("1.png");
  }

  @Test
  void reads_lists_of_structs_with_nulls_at_every_level() throws IOException {
    String fields =
        "optional group l (LIST) { repeated group list { optional group element {"
            + " optional binary role (STRING); optional int32 n; } } }";

    assertThat(json(fields, group -> {})).isEqualTo("{'l':null}");
    assertThat(json(fields, group -> group.addGroup("l"))).isEqualTo("{'l':[]}");
    assertThat(
            json(
                fields,
                group -> {
                  Group list = group.addGroup("l");
                  list.addGroup("list").addGroup("element").append("role", "user").append("n", 1);
                  list.addGroup("list");
                  list.addGroup("list").addGroup("element").append("n", 2);
                  list.addGroup("list").addGroup("element");
                }))
        .isEqualTo("{'l':[{'role':'user','n':1},null,{'role':null,'n':2},{'role':null,'n':null}]}");
  }

  @Test
  void reads_lists_in_lists() throws IOException {
    String fields =
        "required group l (LIST) { repeated group list { optional group element (LIST) {"
            + " repeated group list { optional int32 element; } } } }";
    assertThat(
            json(
                fields,
                group -> {
                  Group list = group.addGroup("l");
                  Group first = list.addGroup("list").addGroup("element");
                  first.addGroup("list").append("element", 1);
                  first.addGroup("list");
                  list.addGroup("list");
                  list.addGroup("list").addGroup("element");
                }))
        .isEqualTo("{'l':[[1,null],null,[]]}");
  }

  @Test
  void reads_lists_as_older_writers_have_them() throws IOException {
    // the examples of the description of logical types, "backward-compatibility rules"
    Consumer<Group> numbers = group -> group.addGroup("l").append("e", 1).append("e", 2);
    assertThat(json("optional group l (LIST) { repeated int32 e; }", numbers))
        .isEqualTo("{'l':[1,2]}");

    assertThat(
            json(
                "optional group l (LIST) { repeated group element {"
                    + " required binary s (STRING); required int32 n; } }",
                group -> group.addGroup("l").addGroup("element").append("s", "a").append("n", 1)))
        .isEqualTo("{'l':[{'s':'a','n':1}]}");

    for (String name : new String[] {"array", "l_tuple"}) {
      assertThat(
              json(
                  "optional group l (LIST) { repeated group %s { required int32 n; } }"
                      .formatted(name),
                  group -> group.addGroup("l").addGroup(name).append("n", 1)))
          .isEqualTo("{'l':[{'n':1}]}");
    }

    assertThat(
            json(
                "optional group l (LIST) { repeated group one { repeated int32 many; } }",
                group -> group.addGroup("l").addGroup("one").append("many", 1).append("many", 2)))
        .isEqualTo("{'l':[{'many':[1,2]}]}");

    assertThat(
            json(
                "repeated int32 n; repeated group g { optional int32 m; }",
                group -> {
                  group.append("n", 1).append("n", 2);
                  group.addGroup("g");
                }))
        .isEqualTo("{'n':[1,2],'g':[{'m':null}]}");
    assertThat(json("repeated int32 n; optional int32 m;", group -> {}))
        .isEqualTo("{'n':[],'m':null}");
  }

  @Test
  void reads_maps_as_objects() throws IOException {
    for (String form : new String[] {"MAP", "MAP_KEY_VALUE"}) {
      String fields =
          "optional group m (%s) { repeated group key_value { required binary key (STRING); optional"
                  .formatted(form)
              + " int32 value; } }";
      assertThat(json(fields, group -> {})).isEqualTo("{'m':null}");
      assertThat(
              json(
                  fields,
                  group -> {
                    Group map = group.addGroup("m");
                    map.addGroup("key_value").append("key", "a").append("value", 1);
                    map.addGroup("key_value").append("key", "b");
                  }))
          .isEqualTo("{'m':{'a':1,'b':null}}");
    }
  }

  @Test
  void reads_maps_with_other_keys() throws IOException {
    assertThat(
            json(
                "required group m (MAP) { repeated group map { required int64 key;"
                    + " required group value { required boolean b; } } }",
                group ->
                    group
                        .addGroup("m")
                        .addGroup("map")
                        .append("key", 7L)
                        .addGroup("value")
                        .append("b", true)))
        .isEqualTo("{'m':{'7':{'b':true}}}");

    assertThat(
            json(
                "required group m (MAP) { repeated group key_value { required group key {"
                    + " required int32 x; } required int32 value; } }",
                group -> {
                  Group entry = group.addGroup("m").addGroup("key_value");
                  entry.addGroup("key").append("x", 1);
                  entry.append("value", 2);
                }))
        .isEqualTo("{'m':[{'key':{'x':1},'value':2}]}");
  }

  @Test
  void reads_numbers() throws IOException {
    assertThat(
            json(
                "required boolean t; required int32 i; required int64 l; required float f; required"
                    + " double d; required int32 u8 (INTEGER(8,false)); required int32 i16"
                    + " (INTEGER(16,true)); required int32 u (INTEGER(32,false)); required int64 ul"
                    + " (INTEGER(64,false)); optional double none;",
                group ->
                    group
                        .append("t", true)
                        .append("i", Integer.MIN_VALUE)
                        .append("l", Long.MAX_VALUE)
                        .append("f", 0.1f)
                        .append("d", 0.1)
                        .append("u8", 255)
                        .append("i16", -2)
                        .append("u", -1)
                        .append("ul", -1L)))
        .isEqualTo(
            "{'t':true,'i':-2147483648,'l':9223372036854775807,'f':0.1,'d':0.1,'u8':255,'i16':-2,"
                + "'u':4294967295,'ul':18446744073709551615,'none':null}");
  }

  @Test
  void reads_halves() throws IOException {
    // IEEE 754 binary16, low byte first: 1, -2, the least of all, 65504, minus infinity, not a
    // number
    short[] bits = {0x3c00, (short) 0xc000, 1, 0x7bff, (short) 0xfc00, 0x7e00};
    float[] values = {1, -2, 0x1p-24f, 65504, Float.NEGATIVE_INFINITY, Float.NaN};
    for (int i = 0; i < bits.length; i++) {
      byte[] bytes = {(byte) bits[i], (byte) (bits[i] >> 8)};
      JsonNode row =
          read(
              "required fixed_len_byte_array(2) h (FLOAT16);",
              group -> group.append("h", Binary.fromConstantByteArray(bytes)));
      assertThat(row.get("h").floatValue()).isEqualTo(Float.valueOf(values[i]));
    }
  }

  @Test
  void reads_decimals_exactly() throws IOException {
    byte[] twelve = {0, 0, 0x04, (byte) 0xd2};
    assertThat(
            json(
                "required int32 a (DECIMAL(9,2)); required int64 b (DECIMAL(18,3));"
                    + " required fixed_len_byte_array(4) c (DECIMAL(9,2));"
                    + " required binary d (DECIMAL(9,1));",
                group ->
                    group
                        .append("a", -1230)
                        .append("b", 1L)
                        .append("c", Binary.fromConstantByteArray(twelve))
                        .append("d", Binary.fromConstantByteArray(new byte[] {-1}))))
        .isEqualTo("{'a':-12.30,'b':0.001,'c':12.34,'d':-0.1}");
  }

  @Test
  void reads_dates_and_times_as_iso_texts() throws IOException {
    assertThat(
            json(
                "required int32 date (DATE); required int32 tm (TIME(MILLIS,true)); required int64"
                    + " tu (TIME(MICROS,false)); required int64 tn (TIME(NANOS,false)); required"
                    + " int64 sm (TIMESTAMP(MILLIS,true)); required int64 su"
                    + " (TIMESTAMP(MICROS,false)); required int64 sn (TIMESTAMP(NANOS,true));"
                    + " required int64 old (TIMESTAMP_MILLIS);",
                group ->
                    group
                        .append("date", -1)
                        .append("tm", 3_600_000)
                        .append("tu", 1L)
                        .append("tn", 86_399_999_999_999L)
                        .append("sm", -1L)
                        .append("su", 1_000_000L)
                        .append("sn", Long.MAX_VALUE)
                        .append("old", 0L)))
        .isEqualTo(
            "{'date':'1969-12-31','tm':'01:00:00Z','tu':'00:00:00.000001',"
                + "'tn':'23:59:59.999999999','sm':'1969-12-31T23:59:59.999Z',"
                + "'su':'1970-01-01T00:00:01','sn':'2262-04-11T23:47:16.854775807Z',"
                + "'old':'1970-01-01T00:00:00Z'}");
  }

  @Test
  void reads_timestamps_of_96_bits() throws IOException {
    // Julian day 2,451,545 is 1 January 2000
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(1_500_000_000L).putInt(2_451_545);
    assertThat(
            json(
                "required int96 t;",
                group -> group.append("t", Binary.fromConstantByteArray(bytes.array()))))
        .isEqualTo("{'t':'2000-01-01T00:00:01.5'}");
  }

  @Test
  void reads_texts_and_bytes() throws IOException {
    byte[] uuid = new byte[16];
    uuid[0] = 0x12;
    uuid[15] = 0x0f;
    JsonNode row =
        read(
            "required binary s (STRING); required binary e (ENUM); required binary j (JSON);"
                + " required fixed_len_byte_array(16) u (UUID); required binary b;"
                + " required fixed_len_byte_array(2) f;",
            group ->
                group
                    .append("s", "Žluť 🐎")
                    .append("e", "ONE")
                    .append("j", "{\"a\": 1}")
                    .append("u", Binary.fromConstantByteArray(uuid))
                    .append("b", Binary.fromConstantByteArray(new byte[] {'a', -128}))
                    .append("f", Binary.fromConstantByteArray(new byte[] {0, 1})));

    assertThat(row.get("s").textValue()).isEqualTo("Žluť 🐎");
    assertThat(row.get("e").textValue()).isEqualTo("ONE");
    assertThat(row.get("j").textValue()).isEqualTo("{\"a\": 1}");
    assertThat(row.get("u").textValue()).isEqualTo("12000000-0000-0000-0000-00000000000f");
    assertThat(row.get("b").isBinary() && row.get("f").isBinary()).isTrue();
    assertThat(row.get("b").binaryValue()).containsExactly('a', -128);
    assertThat(row.get("f").binaryValue()).containsExactly(0, 1);
  }
}
