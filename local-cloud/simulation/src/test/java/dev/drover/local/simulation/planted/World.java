package dev.drover.local.simulation.planted;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * All of Drover in a class loader of its own, with some classes as they are not in the checkout.
 */
final class World extends URLClassLoader {
  private static final String OURS = "dev.drover.";
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  private final Map<String, byte[]> changed;

  private World(Map<String, byte[]> changed) {
    super(urls(), World.class.getClassLoader());
    this.changed = changed;
  }

  /** As it stands in the checkout. */
  static World unchanged() {
    return new World(Map.of());
  }

  /** With another text of one source file. */
  static World with(Path file, String text) throws IOException {
    return new World(compiled(file.toUri(), text));
  }

  /** What simulates a seed in this world. */
  @SuppressWarnings("unchecked") // the class is the one that this one was compiled with
  Function<Map<String, Object>, Set<String>> seeds() throws ReflectiveOperationException {
    return (Function<Map<String, Object>, Set<String>>)
        loadClass(SimulatedSeed.class.getName()).getDeclaredConstructor().newInstance();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? findClass(name) : known;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = changed.get(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  private static URL[] urls() {
    return Arrays.stream(CLASS_PATH.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> url(Path.of(entry).toUri()))
        .toArray(URL[]::new);
  }

  private static URL url(URI uri) {
    try {
      return uri.toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> compiled(URI file, String text) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        InMemory classes = new InMemory(files)) {
      List<String> options = List.of("-proc:none", "-nowarn", "-classpath", CLASS_PATH);
      boolean good =
          compiler
              .getTask(complaints, classes, null, options, null, List.of(new Text(file, text)))
              .call();
      if (!good) {
        throw new AssertionError("the planted bug does not compile:\n" + complaints);
      }
      return classes.bytes();
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(URI uri, String text) {
      super(uri, Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

    InMemory(StandardJavaFileManager files) {
      super(files);
    }

    Map<String, byte[]> bytes() {
      Map<String, byte[]> bytes = new HashMap<>();
      written.forEach((name, out) -> bytes.put(name, out.toByteArray()));
      return bytes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String name,
        JavaFileObject.Kind kind,
        FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          return written.computeIfAbsent(name, key -> new ByteArrayOutputStream());
        }
      };
    }
  }
}
