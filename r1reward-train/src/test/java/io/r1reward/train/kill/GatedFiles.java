package io.r1reward.train.kill;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The default file system, with a gate before everything that changes it. The gate hears {@code
 * write}, {@code move} (with the target) and {@code delete}.
 */
final class GatedFiles extends FileSystemProvider {

  /** Hears what is about to happen. */
  @FunctionalInterface
  interface Gate {
    void before(String what, Path real) throws IOException;
  }

  private final Gate gate;
  private final GatedFileSystem system;
  private final FileSystemProvider real;

  private GatedFiles(Path start, Gate gate) {
    this.gate = gate;
    this.system = new GatedFileSystem(this, start.getFileSystem());
    this.real = start.getFileSystem().provider();
  }

  /** Returns a path as the gated file system sees it, and all that is derived from it. */
  static Path behind(Gate gate, Path path) {
    return new GatedFiles(path, gate).wrap(path);
  }

  private interface Gated {
    Path real();
  }

  private Path wrap(Path path) {
    return (Path)
        Proxy.newProxyInstance(
            GatedFiles.class.getClassLoader(),
            new Class<?>[] {Path.class, Gated.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "real" -> path;
                  case "getFileSystem" -> system;
                  case "iterator" ->
                      StreamSupport.stream(path.spliterator(), false).map(this::wrap).iterator();
                  default -> forward(path, method, arguments);
                });
  }

  private @Nullable Object forward(Path path, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object[] unwrapped =
        arguments == null
            ? new Object[0]
            : Arrays.stream(arguments).map(GatedFiles::unwrapAny).toArray();
    try {
      Object result = method.invoke(path, unwrapped);
      return result instanceof Path other ? wrap(other) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object unwrapAny(Object value) {
    return value instanceof Gated gated ? gated.real() : value;
  }

  static Path unwrap(Path path) {
    return (Path) unwrapAny(path);
  }

  @Override
  public String getScheme() {
    return "gated";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    return wrap(real.getPath(uri));
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path target = unwrap(path);
    if (options.contains(StandardOpenOption.CREATE_NEW)) {
      gate.before("write", target);
    }
    return real.newFileChannel(target, options, attributes);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path target = unwrap(path);
    if (options.contains(StandardOpenOption.CREATE)) {
      gate.before("write", target);
    }
    return real.newByteChannel(target, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> entries =
        real.newDirectoryStream(unwrap(directory), entry -> filter.accept(wrap(entry)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return StreamSupport.stream(entries.spliterator(), false)
            .map(GatedFiles.this::wrap)
            .iterator();
      }

      @Override
      public void close() throws IOException {
        entries.close();
      }
    };
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    real.createDirectory(unwrap(directory), attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    gate.before("delete", unwrap(path));
    real.delete(unwrap(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    real.copy(unwrap(source), unwrap(target), options);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    gate.before("move", unwrap(target));
    real.move(unwrap(source), unwrap(target), options);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return real.isSameFile(unwrap(path), unwrap(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return real.isHidden(unwrap(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return real.getFileStore(unwrap(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    real.checkAccess(unwrap(path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return real.getFileAttributeView(unwrap(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return real.readAttributes(unwrap(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return real.readAttributes(unwrap(path), attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    real.setAttribute(unwrap(path), attribute, value, options);
  }
}
