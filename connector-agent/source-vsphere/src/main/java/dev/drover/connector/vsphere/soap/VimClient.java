package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The vSphere API of one vCenter, or of one ESXi host, which answers the same. All threads share
 * one session; it is opened with the first call, opened again once when the server has ended it
 * (after 30 minutes without a call, by default), and ended by {@link #close}. A login that was
 * refused is not sent again for a while.
 *
 * @see <a href="https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/">vSphere Web
 *     Services API</a>
 */
public final class VimClient implements AutoCloseable {
  private static final Moref SERVICE = new Moref("ServiceInstance", "ServiceInstance");
  private static final String RETRIEVE = "RetrievePropertiesEx";

  /** Objects that people name. */
  private static final Set<String> NAMED =
      Set.of("VirtualMachine", "HostSystem", "Datastore", "Folder", "Datacenter");

  /** With which nothing more can be asked. */
  private static final Set<String> UNASKABLE = Set.of("NotAuthenticated", "ManagedObjectNotFound");

  private static final String COOKIE = "vmware_soap_session=";

  private final URI base;
  private final Credentials credentials;
  private final TimeLimits limits;
  private final RefusedLogin refusedLogin;
  private final Wire wire;
  private final ReentrantLock session = new ReentrantLock();
  private @Nullable Service service;
  private volatile String cookie = "";
  private volatile String sessionKey = "";
  private final AtomicInteger sessions = new AtomicInteger();
  private volatile boolean loggedIn;
  private volatile boolean closed;

  /**
   * Who logs in.
   *
   * @param password asked for with every login: it may be another one by then
   */
  public record Credentials(String user, Supplier<String> password) {
    /** Without the password. */
    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * How long to wait for a server.
   *
   * @param answer for a whole answer of the API
   * @param silence for the next bytes of a disk
   * @param busy for the end of what else is done with an object
   */
  public record TimeLimits(Duration answer, Duration silence, Duration busy) {
    /**
     * A vCenter under load answers a page of VMs in seconds. A host sends nothing while it reads
     * zeros of a thick disk: in an hour some 500 GB. An export lease that nobody tells of progress
     * is in the way for 300 s.
     */
    public static final TimeLimits USUAL =
        new TimeLimits(Duration.ofMinutes(2), Duration.ofHours(1), Duration.ofMinutes(7));
  }

  /**
   * A client; it does not connect yet.
   *
   * @param server {@code https://vcenter.example.com}, perhaps with a port
   * @param clock tells when a refused login may be tried again
   */
  public VimClient(
      URI server,
      Credentials credentials,
      ServerTrust trust,
      TimeLimits limits,
      InstantSource clock) {
    if (!"https".equals(server.getScheme()) || server.getHost() == null) {
      throw new SourceUnreadableException(
          server + " is no address of a vCenter: write it as https://vcenter.example.com.", null);
    }
    this.base = server;
    this.credentials = credentials;
    this.limits = limits;
    this.refusedLogin = new RefusedLogin(clock);
    this.wire = new Wire(trust, limits.answer(), limits.silence());
  }

  /** What the server says of itself. */
  public Service service() {
    session.lock();
    try {
      Service known = service;
      if (known == null) {
        String action = ApiVersion.choose(versions()).action();
        Element answer = send(action, SERVICE, "RetrieveServiceContent", Arguments.none());
        known = Service.of(answer.get("returnval"), action);
        service = known;
      }
      return known;
    } catch (InvalidAnswerException e) {
      throw invalid(e);
    } finally {
      session.unlock();
    }
  }

  /**
   * Calls a method.
   *
   * @return what it returns; empty for one that returns nothing
   * @throws VimFault when the server refuses
   * @throws SourceException when there is no answer
   */
  public Optional<Element> call(Moref object, String method, Arguments arguments) {
    return answers(object, method, arguments).stream().findFirst();
  }

  /** As {@link #call}, of a method that returns a list. */
  public List<Element> answers(Moref object, String method, Arguments arguments) {
    int used = openSession();
    try {
      return sendForAll(object, method, arguments);
    } catch (VimFault.NotAuthenticated e) {
      reopenSession(used);
      return sendForAll(object, method, arguments);
    }
  }

  /** As {@link #call}, of a method that returns something. */
  public Element ask(Moref object, String method, Arguments arguments) {
    return call(object, method, arguments)
        .orElseThrow(() -> invalid(new InvalidAnswerException(method + " returned nothing")));
  }

  /**
   * Changes with every session: what belongs to one (pages, views, leases) ends with it.
   *
   * @return 0 before the first
   */
  public int sessionNumber() {
    return sessions.get();
  }

  /** What the server calls the session; empty before the first. */
  public String sessionKey() {
    return sessionKey;
  }

  public TimeLimits limits() {
    return limits;
  }

  /** Who logs in. */
  public String user() {
    return credentials.user();
  }

  /** What the server takes for the time: it is what its objects' times are measured by. */
  public Instant time() {
    String text = ask(SERVICE, "CurrentTime", Arguments.none()).text();
    try {
      return OffsetDateTime.parse(text.strip()).toInstant();
    } catch (DateTimeException e) {
      throw invalid(new InvalidAnswerException("'" + text + "' is no time"));
    }
  }

  /** Host and port, for people. */
  public String server() {
    return Wire.server(base);
  }

  /** An address that the server gave, of which it may leave the host to us by an asterisk. */
  public URI resolve(String url) {
    String authority = base.getAuthority();
    try {
      URI found = URI.create(url.replaceFirst("^https://\\*(:443)?(?=/)", "https://" + authority));
      boolean plain = found.getHost() != null && found.getRawUserInfo() == null;
      if ("https".equalsIgnoreCase(found.getScheme()) && plain) {
        return found;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    // Before an at sign stands what nobody should read.
    String shown =
        url.indexOf('@') < 0 ? "'" + url + "'" : "the address of a disk, with a user in it,";
    throw invalid(new InvalidAnswerException(shown + " is no https address"));
  }

  /**
   * Begins to read a file from the server itself or from one of its hosts.
   *
   * @return its bytes; whoever asked closes it
   */
  public InputStream download(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
    if (uri.getAuthority().equals(base.getAuthority())) {
      request.header("Cookie", cookie); // Hosts take what is in the address; they get no session.
    }
    HttpResponse<InputStream> response = wire.stream(request);
    if (response.statusCode() == 200) {
      return response.body();
    }
    closeQuietly(response.body());
    throw new SourceUnavailableException(
        Wire.server(uri)
            + " refuses to send a disk (HTTP "
            + response.statusCode()
            + "): look at the VM's tasks in the vSphere Client; it is tried again.",
        null);
  }

  /** A broken download in words. */
  public SourceException broken(URI uri, Throwable failure) {
    return wire.failure(uri, failure);
  }

  /** An answer that cannot be used, in words. */
  public SourceUnavailableException invalid(InvalidAnswerException failure) {
    return new SourceUnavailableException(
        server()
            + " gave an answer that the vSphere API does not have ("
            + failure.getMessage()
            + "): check that it is a vCenter or ESXi host and for proxies on the way.",
        failure);
  }

  private int openSession() {
    session.lock();
    try {
      if (closed) {
        throw new SourceUnavailableException(server() + " is not asked any more.", null);
      }
      if (!loggedIn) {
        login();
      }
      return sessions.get();
    } finally {
      session.unlock();
    }
  }

  /** Of many that found the same session ended, the first opens another. */
  private void reopenSession(int ended) {
    session.lock();
    try {
      if (sessions.get() == ended) {
        loggedIn = false;
      }
      openSession();
    } finally {
      session.unlock();
    }
  }

  private void login() {
    String user = credentials.user();
    String password = password();
    refusedLogin.require(server(), user, password);
    Arguments arguments = new Arguments().text("userName", user).text("password", password);
    cookie = "";
    try {
      send(service().sessionManager(), "Login", arguments)
          .ifPresent(opened -> sessionKey = opened.text("key"));
    } catch (VimFault.InvalidLogin e) {
      throw refusedLogin.refused(server(), user, password, e);
    }
    refusedLogin.accepted();
    sessions.incrementAndGet();
    loggedIn = true;
  }

  /** A file that cannot be read now may be one that is just being written. */
  private String password() {
    try {
      return credentials.password().get();
    } catch (SourceUnreadableException e) {
      throw new SourceUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }

  private Optional<Element> send(Moref object, String method, Arguments arguments) {
    return sendForAll(object, method, arguments).stream().findFirst();
  }

  private List<Element> sendForAll(Moref object, String method, Arguments arguments) {
    return send(service().action(), object, method, arguments).children("returnval");
  }

  /** One exchange, without a look at the session; the answer is the response element. */
  private Element send(String action, Moref object, String method, Arguments arguments) {
    String xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\""
            + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Body><"
            + method
            + " xmlns=\"urn:vim25\">"
            + new Arguments().ref("_this", object).xml()
            + arguments.xml()
            + "</"
            + method
            + "></Body></Envelope>";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/sdk"))
            .header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", action)
            .POST(BodyPublishers.ofString(xml, StandardCharsets.UTF_8));
    String used = cookie;
    if (!used.isEmpty()) {
      request.header("Cookie", used);
    }
    HttpResponse<byte[]> response = wire.exchange(request);
    keepCookie(response, method);
    try {
      Element answer = body(response);
      if (answer.name().equals("Fault")) {
        throw fault(answer, object, method);
      }
      return answer;
    } catch (InvalidAnswerException e) {
      throw invalid(e);
    }
  }

  /** Faults come with HTTP 500; so does the page of a proxy, or of a vCenter that starts. */
  private static Element body(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status != 200 && status != 500) {
      throw new InvalidAnswerException("HTTP " + status);
    }
    try {
      List<Element> inside = XmlReader.read(response.body()).get("Body").children();
      if (inside.size() != 1) {
        throw new InvalidAnswerException("it holds " + inside.size() + " results");
      }
      return inside.getFirst();
    } catch (InvalidAnswerException e) {
      throw status == 500 ? new InvalidAnswerException("HTTP 500 and no fault of the API") : e;
    }
  }

  private VimFault fault(Element fault, Moref object, String method) {
    Element detail =
        fault
            .find("detail")
            .flatMap(it -> it.children().stream().findFirst())
            .orElse(new Element("", "", null));
    String name =
        detail.type().isEmpty() ? detail.name().replaceFirst("Fault$", "") : detail.type();
    return fault(name, detail, fault.text("faultstring"), object, method);
  }

  /** A fault, of a call or of a task. */
  VimFault fault(String name, Element detail, String text, Moref object, String method) {
    // To ask for a name is a call, too: its own failure asks for nothing.
    boolean nameable = !method.equals(RETRIEVE) && !UNASKABLE.contains(name);
    String named =
        detail
            .find(name.equals("NoPermission") ? "object" : "obj")
            .map(reference -> named(reference.ref(), nameable))
            .orElse("");
    String asked = method.replaceFirst("_Task$", "") + " of " + named(object, nameable);
    return VimFault.of(name, detail, text, server(), asked, named);
  }

  /** The object with the name that people gave it, if it has one that can be asked for now. */
  private String named(Moref object, boolean nameable) {
    if (!nameable || !loggedIn || !NAMED.contains(object.type())) {
      return object.toString();
    }
    try {
      Element answer = sendForProperty(object, "name");
      return "the "
          + object.word()
          + " '"
          + answer.text("returnval.objects.propSet.val")
          + "' ("
          + object.value()
          + ")";
    } catch (RuntimeException e) {
      return object.toString(); // The name is a courtesy.
    }
  }

  private Element sendForProperty(Moref object, String path) {
    return send(
        service().action(),
        service().propertyCollector(),
        RETRIEVE,
        new Arguments()
            .open("specSet")
            .open("propSet")
            .text("type", object.type())
            .text("pathSet", path)
            .close("propSet")
            .open("objectSet")
            .ref("obj", object)
            .close("objectSet")
            .close("specSet")
            .open("options")
            .close("options"));
  }

  private void keepCookie(HttpResponse<?> response, String method) {
    for (String set : response.headers().allValues("set-cookie")) {
      if (set.startsWith(COOKIE) && (method.equals("Login") || cookie.isEmpty())) {
        cookie = set.split(";", 2)[0];
      }
    }
  }

  private byte[] versions() {
    HttpResponse<byte[]> response =
        wire.exchange(HttpRequest.newBuilder(base.resolve("/sdk/vimServiceVersions.xml")).GET());
    return response.statusCode() == 200 ? response.body() : new byte[0];
  }

  private static void closeQuietly(InputStream body) {
    try (body) {
      return;
    } catch (IOException e) {
      // Nobody reads it.
    }
  }

  /** Ends the session, also when calls are under way: they fail. */
  @Override
  public void close() {
    session.lock();
    try {
      if (loggedIn && !closed) {
        send(service().sessionManager(), "Logout", Arguments.none());
      }
    } catch (VimFault | SourceException e) {
      // It ends by itself, after its time without a call.
    } finally {
      closed = true;
      loggedIn = false;
      wire.close();
      session.unlock();
    }
  }
}
