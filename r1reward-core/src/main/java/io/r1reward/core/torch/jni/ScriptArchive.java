package io.r1reward.core.torch.jni;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Puts TorchScript source text into the archive that {@code torch::jit::load} reads: a zip of
 * stored entries with the format version, an empty table of constants, the pickled module object
 * (no parameters; one attribute, {@code training}) and the code, in which {@code self} gets the
 * type that the format wants to see.
 */
final class ScriptArchive {
  /** The parameter {@code self} without a type, where a method is defined. */
  private static final Pattern SELF = Pattern.compile("(?m)^( *def \\w+\\(self)(?=[,)])");

  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private ScriptArchive() {}

  /**
   * Compiles source text.
   *
   * @throws io.r1reward.EngineException if it does not compile; the message names file and line
   */
  static PtSymbolBlock load(NDManager manager, String module, String className, String source) {
    byte[] archive = of(module, className, source);
    try {
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException | EngineException e) {
      throw new io.r1reward.EngineException(
          "TorchScript " + className + " does not compile: " + e.getMessage(), e);
    }
  }

  /**
   * Builds an archive.
   *
   * @param module name of the Python module, {@code __torch__.<module>} in the source
   * @param className the class in it that is instantiated
   * @param source TorchScript text with {@code class <className>(Module)}; methods need not give
   *     {@code self} a type
   */
  static byte[] of(String module, String className, String source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, module + "/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      put(zip, module + "/constants.pkl", EMPTY_TUPLE);
      put(zip, module + "/data.pkl", pickledModule(module, className));
      put(
          zip,
          module + "/code/__torch__/" + module + ".py",
          typed(module, className, source).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String typed(String module, String className, String source) {
    return SELF.matcher(source).replaceAll("$1: __torch__." + module + "." + className);
  }

  /** Pickle protocol 2 of {@code className()} with the state {@code {"training": False}}. */
  private static byte[] pickledModule(String module, String className) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(0x80); // PROTO
    pickle.write(2);
    write(pickle, "c__torch__." + module + "\n" + className + "\n"); // GLOBAL
    pickle.write(')'); // EMPTY_TUPLE
    pickle.write(0x81); // NEWOBJ
    pickle.write('}'); // EMPTY_DICT
    pickle.write('X'); // BINUNICODE, length as four bytes
    pickle.write(8);
    pickle.write(0);
    pickle.write(0);
    pickle.write(0);
    write(pickle, "training");
    pickle.write(0x89); // NEWFALSE
    write(pickle, "sb."); // SETITEM, BUILD, STOP
    return pickle.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
