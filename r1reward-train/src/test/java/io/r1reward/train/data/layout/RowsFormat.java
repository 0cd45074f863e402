package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.data.table.RecordFormat;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.TableRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A format on the class path: two records of RLAIF-V whose picture is binary. */
public final class RowsFormat implements RecordFormat {
  static final String HEAD = "two rows of RLAIF-V";

  @Override
  public boolean reads(Path file, byte[] head) {
    return Arrays.equals(head, HEAD.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public RecordReader open(Path file) {
    return new RecordReader() {
      private int number;

      @Override
      public @Nullable TableRow next() {
        number++;
        return number > 2 ? null : TableRow.of(number, file + " row " + number, row(number));
      }

      @Override
      public void close() {}
    };
  }

  private static ObjectNode row(int number) {
    ObjectNode row =
        LayoutRecords.parsed("{'ds_name':'RLAIF-V','question':'Q','chosen':'A','rejected':'B'}");
    row.putObject("image").put("bytes", LayoutRecords.PNG).put("path", number + ".png");
    return row;
  }
}
