package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads properties of objects: of one, or page by page of all that stand in the inventory. */
public final class Properties {
  /**
   * Objects in a page. A VM with its devices has some 20 KB, so that a page stays near 2 MB; the
   * server may give fewer.
   */
  private static final int PAGE = 100;

  private final VimClient vim;

  public Properties(VimClient vim) {
    this.vim = vim;
  }

  /** Those of one object. */
  public PropertySet of(Moref object, String... paths) {
    Arguments arguments = new Arguments().open("specSet");
    propSet(arguments, object.type(), List.of(paths));
    arguments.open("objectSet").ref("obj", object).close("objectSet").close("specSet");
    Element page = retrieve(arguments);
    List<Element> objects = page == null ? List.of() : page.children("objects");
    return read(
        () ->
            objects.isEmpty()
                ? new PropertySet(object, Map.of())
                : PropertySet.of(objects.getFirst()));
  }

  /**
   * Those of every object of some types below the root folder. Only one page is held at a time.
   *
   * @param paths of each type
   */
  public void ofAll(Map<String, List<String>> paths, Consumer<PropertySet> taker) {
    Moref view = createView(List.copyOf(paths.keySet()));
    try {
      Arguments arguments = new Arguments().open("specSet");
      paths.forEach((type, wanted) -> propSet(arguments, type, wanted));
      arguments
          .open("objectSet")
          .ref("obj", view)
          .flag("skip", true)
          .open("selectSet", "TraversalSpec")
          .text("name", "view")
          .text("type", "ContainerView")
          .text("path", "view")
          .flag("skip", false)
          .close("selectSet")
          .close("objectSet")
          .close("specSet");
      Element page = retrieve(arguments);
      while (page != null) {
        for (Element object : page.children("objects")) {
          taker.accept(read(() -> PropertySet.of(object)));
        }
        page = next(page.text("token"));
      }
    } finally {
      destroy(view);
    }
  }

  private static void propSet(Arguments arguments, String type, List<String> paths) {
    arguments.open("propSet").text("type", type).flag("all", false);
    paths.forEach(path -> arguments.text("pathSet", path));
    arguments.close("propSet");
  }

  private @Nullable Element retrieve(Arguments arguments) {
    arguments.open("options").number("maxObjects", PAGE).close("options");
    return vim.call(collector(), "RetrievePropertiesEx", arguments).orElse(null);
  }

  private @Nullable Element next(String token) {
    return token.isEmpty()
        ? null
        : vim.call(
                collector(), "ContinueRetrievePropertiesEx", new Arguments().text("token", token))
            .orElse(null);
  }

  private Moref createView(List<String> types) {
    Arguments arguments = new Arguments().ref("container", vim.service().rootFolder());
    types.forEach(type -> arguments.text("type", type));
    arguments.flag("recursive", true);
    Element view = vim.ask(vim.service().viewManager(), "CreateContainerView", arguments);
    return read(view::ref);
  }

  /** It ends with its session at the latest, and a failure here must not hide another. */
  private void destroy(Moref view) {
    try {
      vim.call(view, "DestroyView", Arguments.none());
    } catch (VimFault | SourceException e) {
      // Nobody needs it any more.
    }
  }

  private Moref collector() {
    return vim.service().propertyCollector();
  }

  private <T> T read(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (InvalidAnswerException e) {
      throw vim.invalid(e);
    }
  }
}
