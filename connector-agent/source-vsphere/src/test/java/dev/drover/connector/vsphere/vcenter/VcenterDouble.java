package dev.drover.connector.vsphere.vcenter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.drover.connector.vsphere.vmdk.StreamWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * A vCenter in this process, over real TLS: it answers in the shapes that recordings of vCenters
 * have, and refuses a call whose arguments are not the schema's.
 */
public final class VcenterDouble implements AutoCloseable {
  private static final TestCertificate CERTIFICATE = TestCertificate.make();
  private static final Set<String> WITHOUT_SESSION = Set.of("RetrieveServiceContent", "Login");

  private static final String SESSION_KEY = "52b8-session";

  public final List<DoubleVm> vms = Collections.synchronizedList(new ArrayList<>());

  /** What came, for example {@code Login}, in order. */
  public final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  /** Answers of task states before a task's last: how long it seems to take. */
  public int runningAnswers;

  /** A page's objects at most, whatever is asked for. */
  public int pageSize = 100;

  public String password = "secret";
  public String apiType = "VirtualCenter";
  public String versionsXml =
      "<namespaces version=\"1.0\"><namespace><name>urn:vim25</name><version>8.0.2.0</version>"
          + "<priorVersions><version>7.0</version><version>6.7</version><version>6.5</version>"
          + "</priorVersions></namespace></namespaces>";

  /** The SOAPAction that is expected. */
  public String action = "urn:vim25/6.5";

  /** What comes with HTTP 500 in place of every answer; null: nothing does. */
  public @Nullable String page;

  /** How the lease's keys look: {@code slot} or {@code device}. */
  public String leaseKeys = "slot";

  /** Bytes of a disk's stream after which it breaks off; below 0: never. */
  public int breakAfterBytes = -1;

  /** What ConsolidateVMDisks achieves. */
  public boolean consolidationHelps = true;

  /** How far its clock is ahead of the tests'. */
  public Duration clockAhead = Duration.ZERO;

  public int leaseTimeoutSeconds = 300;

  /** Of the 1,000 GiB of its datastore. */
  public long freeGib = 500;

  /** Whether the user may read the datastore. */
  public boolean seesDatastores = true;

  /** What the user may not, for example {@code vm-10 VApp.Export}. */
  public final Set<String> lacking = new HashSet<>();

  private final CompletableFuture<Void> progress = new CompletableFuture<>();
  private String endBefore = "";
  private boolean hideSnapshot;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Deque<String>> faults = new HashMap<>();
  private final Set<String> sessions = new HashSet<>();
  private final Map<String, Deque<String>> pages = new HashMap<>();
  private final Map<String, List<String>> views = new HashMap<>();
  private final Map<String, Task> tasks = new HashMap<>();
  public final Map<String, Lease> leases = new LinkedHashMap<>();
  private int ids;

  private static final class Task {
    int answersLeft;
    String end;

    Task(int answersLeft, String end) {
      this.answersLeft = answersLeft;
      this.end = end;
    }
  }

  /** An export. */
  public static final class Lease {
    public String state = "initializing";
    public final List<Integer> progress = Collections.synchronizedList(new ArrayList<>());
    final DoubleVm.DoubleSnapshot snapshot;

    Lease(DoubleVm.DoubleSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    /** Nothing is done to what is exported. */
    boolean isHeld(DoubleVm.DoubleSnapshot of) {
      return snapshot == of && !state.equals("done") && !state.equals("error");
    }
  }

  public VcenterDouble() {
    this(CERTIFICATE);
  }

  public VcenterDouble(TestCertificate certificate) {
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.setExecutor(threads);
    server.createContext("/sdk", this::sdk);
    server.createContext("/sdk/vimServiceVersions.xml", this::versions);
    server.createContext("/nfc/", this::nfc);
    server.start();
  }

  public URI uri() {
    return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
  }

  public static TestCertificate certificate() {
    return CERTIFICATE;
  }

  public DoubleVm add(DoubleVm vm) {
    vms.add(vm);
    return vm;
  }

  /** The next call of a method ends with a fault. */
  public synchronized void failNext(String method, String fault, String detail) {
    faults
        .computeIfAbsent(method, _ -> new ArrayDeque<>())
        .add("<" + fault + "Fault xsi:type=\"" + fault + "\">" + detail + "</" + fault + "Fault>");
  }

  /** The next task of a method ends with a fault; the call itself is answered. */
  public void failNextTask(String method, String fault, String detail) {
    failNext("end of " + method, fault, detail);
  }

  /** As after 30 minutes without a call. What belongs to a session goes with it. */
  public synchronized void endSessions() {
    sessions.clear();
    pages.clear();
    views.clear();
  }

  /** All sessions end when a method is called next. */
  public void endSessionsBefore(String method) {
    endBefore = method;
  }

  /** Returns when a lease was told of progress. */
  public void awaitProgress() {
    progress.join();
  }

  /** The next call of a method is answered by HTTP 503, as of a vCenter that starts. */
  public synchronized void refuseNext(String method) {
    faults.computeIfAbsent(method, _ -> new ArrayDeque<>()).add("");
  }

  /** The next snapshot comes, and its task tells no reference. */
  public void hideNextSnapshot() {
    hideSnapshot = true;
  }

  public synchronized int sessionCount() {
    return sessions.size();
  }

  public long count(String method) {
    return calls.stream().filter(method::equals).count();
  }

  private void versions(HttpExchange exchange) throws IOException {
    send(exchange, versionsXml.isEmpty() ? 404 : 200, versionsXml);
  }

  private void sdk(HttpExchange exchange) throws IOException {
    try {
      byte[] xml = exchange.getRequestBody().readAllBytes();
      SoapCall.require(
          action.equals(exchange.getRequestHeaders().getFirst("SOAPAction")), "SOAPAction");
      SoapCall call = SoapCall.parse(xml);
      calls.add(call.method());
      String instead = page;
      if (instead != null) {
        send(exchange, 500, instead);
        return;
      }
      synchronized (this) {
        if (call.method().equals(endBefore)) {
          endBefore = "";
          endSessions();
        }
        String cookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
        String planned = planned(call.method());
        if (planned != null) {
          answer(exchange, planned.isEmpty() ? 503 : 500, fault(planned));
        } else if (!WITHOUT_SESSION.contains(call.method()) && !sessions.contains(cookie)) {
          answer(exchange, 500, fault("<NotAuthenticatedFault xsi:type=\"NotAuthenticated\"/>"));
        } else {
          answer(
              exchange,
              200,
              "<"
                  + call.method()
                  + "Response xmlns=\"urn:vim25\">"
                  + handle(call, exchange, cookie)
                  + "</"
                  + call.method()
                  + "Response>");
        }
      }
    } catch (FaultException e) {
      answer(exchange, 500, fault(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      answer(
          exchange, 500, fault("<InvalidRequestFault xsi:type=\"InvalidRequest\"/>", e.toString()));
    }
  }

  private @Nullable String planned(String method) {
    Deque<String> planned = faults.get(method);
    return planned == null ? null : planned.poll();
  }

  private static final class FaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FaultException(String detail) {
      super(detail);
    }
  }

  private static FaultException gone(String type, String value) {
    return new FaultException(
        "<ManagedObjectNotFoundFault xsi:type=\"ManagedObjectNotFound\"><obj type=\"%s\">%s</obj></ManagedObjectNotFoundFault>"
            .formatted(type, value));
  }

  private String handle(SoapCall call, HttpExchange exchange, String cookie) {
    return switch (call.method()) {
      case "RetrieveServiceContent" -> content();
      case "CurrentTime" -> "<returnval>" + Instant.now().plus(clockAhead) + "</returnval>";
      case "Login" -> login(call, exchange);
      case "Logout" -> {
        sessions.remove(cookie);
        yield "";
      }
      case "CreateContainerView" -> createView(call);
      case "DestroyView" -> {
        views.remove(call.object());
        yield "";
      }
      case "RetrievePropertiesEx" -> retrieve(call);
      case "ContinueRetrievePropertiesEx" -> page(call.text("token"));
      case "CreateSnapshot_Task" -> createSnapshot(call);
      case "RemoveSnapshot_Task" -> removeSnapshot(call);
      case "ConsolidateVMDisks_Task" -> {
        vm(call.object()).consolidationNeeded &= !consolidationHelps;
        yield task(call, "");
      }
      case "HasPrivilegeOnEntities" -> privileges(call);
      case "ExportSnapshot" -> {
        String id = "session[1]lease-" + ++ids;
        leases.put(id, new Lease(snapshot(call.object())));
        yield returnedRef("HttpNfcLease", id);
      }
      case "HttpNfcLeaseProgress" -> {
        lease(call.object()).progress.add(Integer.parseInt(call.text("percent")));
        progress.complete(null);
        yield "";
      }
      case "HttpNfcLeaseComplete" -> {
        lease(call.object()).state = "done";
        yield "";
      }
      case "HttpNfcLeaseAbort" -> {
        lease(call.object()).state = "error";
        yield "";
      }
      default -> "";
    };
  }

  private String content() {
    return """
        <returnval><rootFolder type="Folder">group-d1</rootFolder>\
        <propertyCollector type="PropertyCollector">propertyCollector</propertyCollector>\
        <viewManager type="ViewManager">ViewManager</viewManager>\
        <authorizationManager type="AuthorizationManager">AuthorizationManager</authorizationManager>\
        <about><name>VMware vCenter Server</name><fullName>VMware vCenter Server 8.0.3 build-1</fullName>\
        <apiType>%s</apiType><apiVersion>8.0.3.0</apiVersion><instanceUuid>aa-bb</instanceUuid></about>\
        <sessionManager type="SessionManager">SessionManager</sessionManager></returnval>"""
        .formatted(apiType);
  }

  private String login(SoapCall call, HttpExchange exchange) {
    if (!call.text("password").equals(password)) {
      throw new FaultException("<InvalidLoginFault xsi:type=\"InvalidLogin\"/>");
    }
    String cookie = "vmware_soap_session=\"" + ++ids + "\"";
    sessions.add(cookie);
    exchange.getResponseHeaders().add("Set-Cookie", cookie + "; Path=/; HttpOnly; Secure;");
    return "<returnval><key>" + SESSION_KEY + "</key><userName>u</userName></returnval>";
  }

  private String privileges(SoapCall call) {
    SoapCall.require(call.text("sessionId").equals(SESSION_KEY), "sessionId");
    StringBuilder answers = new StringBuilder();
    for (Element entity : SoapCall.children(call.arguments(), "entity")) {
      String vm = entity.getTextContent();
      answers.append("<returnval><entity type=\"VirtualMachine\">" + vm + "</entity>");
      for (Element asked : SoapCall.children(call.arguments(), "privId")) {
        String id = asked.getTextContent();
        answers.append(
            "<privAvailability><privId>%s</privId><isGranted>%s</isGranted></privAvailability>"
                .formatted(id, !lacking.contains(vm + " " + id)));
      }
      answers.append("</returnval>");
    }
    return answers.toString();
  }

  private String createView(SoapCall call) {
    String id = "session[1]view-" + ++ids;
    List<String> types =
        SoapCall.children(call.arguments(), "type").stream().map(Element::getTextContent).toList();
    views.put(id, types);
    return returnedRef("ContainerView", id);
  }

  private String retrieve(SoapCall call) {
    Element spec = SoapCall.children(call.arguments(), "specSet").getFirst();
    Map<String, Set<String>> wanted = new HashMap<>();
    for (Element propSet : SoapCall.children(spec, "propSet")) {
      Set<String> paths = new HashSet<>();
      SoapCall.children(propSet, "pathSet").forEach(path -> paths.add(path.getTextContent()));
      wanted.put(SoapCall.children(propSet, "type").getFirst().getTextContent(), paths);
    }
    Element object =
        SoapCall.children(SoapCall.children(spec, "objectSet").getFirst(), "obj").getFirst();
    String type = object.getAttribute("type");
    if (!type.equals("ContainerView")) {
      Map<String, String> properties = properties(type, object.getTextContent());
      return "<returnval>"
          + objectContent(type, object.getTextContent(), properties, wanted)
          + "</returnval>";
    }
    List<String> types = views.get(object.getTextContent());
    if (types == null) {
      throw gone(type, object.getTextContent());
    }
    Deque<String> objects = new ArrayDeque<>();
    if (types.contains("Folder")) {
      tree()
          .forEach(
              (id, properties) ->
                  objects.add(objectContent(properties.type(), id, properties.values(), wanted)));
    }
    if (types.contains("VirtualMachine")) {
      vms.forEach(vm -> objects.add("vm " + vm.moref));
    }
    String token = "token-" + ++ids;
    pages.put(token, objects);
    wantedOf.put(token, wanted);
    return page(token);
  }

  private final Map<String, Map<String, Set<String>>> wantedOf = new HashMap<>();

  private String page(String token) {
    Deque<String> left = pages.get(token);
    if (left == null) {
      throw new FaultException(
          "<InvalidArgumentFault xsi:type=\"InvalidArgument\"><invalidProperty>token</invalidProperty></InvalidArgumentFault>");
    }
    if (left.isEmpty()) {
      return "";
    }
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < pageSize && !left.isEmpty(); i++) {
      String object = left.removeFirst();
      page.append(
          object.startsWith("vm ")
              ? objectContent(
                  "VirtualMachine",
                  object.substring(3),
                  vm(object.substring(3)).properties(),
                  wantedOf.get(token))
              : object);
    }
    return "<returnval>"
        + (left.isEmpty() ? "" : "<token>" + token + "</token>")
        + page
        + "</returnval>";
  }

  private record Node(String type, Map<String, String> values) {}

  private static Map<String, Node> tree() {
    Map<String, Node> tree = new LinkedHashMap<>();
    tree.put(
        "datacenter-2",
        new Node(
            "Datacenter",
            Map.of(
                "name",
                DoubleVm.string("Cologne%2fWest"),
                "parent",
                DoubleVm.ref("Folder", "group-d1"))));
    tree.put(
        "group-v3",
        new Node(
            "Folder",
            Map.of(
                "name",
                DoubleVm.string("vm"),
                "parent",
                DoubleVm.ref("Datacenter", "datacenter-2"))));
    tree.put(
        "group-v9",
        new Node(
            "Folder",
            Map.of("name", DoubleVm.string("shop"), "parent", DoubleVm.ref("Folder", "group-v3"))));
    return tree;
  }

  private Map<String, String> properties(String type, String id) {
    return switch (type) {
      case "VirtualMachine" -> vm(id).properties();
      case "VirtualMachineSnapshot" -> {
        DoubleVm.DoubleSnapshot snapshot = snapshot(id);
        DoubleVm vm = vmOf(snapshot);
        yield Map.of(
            "config.hardware.device", vm.devices(snapshot.disks),
            "config.bootOptions", vm.bootOptions(),
            "config.firmware", DoubleVm.string(vm.firmware),
            "vm", DoubleVm.ref("VirtualMachine", vm.moref));
      }
      case "Datastore" ->
          seesDatastores
              ? Map.of(
                  "summary.name", DoubleVm.string("ds1"),
                  "summary.freeSpace", DoubleVm.typed("xsd:long", "" + freeGib * (1L << 30)),
                  "summary.capacity", DoubleVm.typed("xsd:long", "" + 1_000 * (1L << 30)))
              : Map.of();
      case "Task" -> Map.of("info", taskInfo(id));
      case "HttpNfcLease" -> leaseProperties(id);
      default -> throw new IllegalArgumentException("no properties of " + type);
    };
  }

  private static String objectContent(
      String type,
      String id,
      Map<String, String> properties,
      @Nullable Map<String, Set<String>> wanted) {
    StringBuilder xml = new StringBuilder("<objects><obj type=\"" + type + "\">" + id + "</obj>");
    for (String path : wanted == null ? Set.<String>of() : wanted.getOrDefault(type, Set.of())) {
      String value = properties.get(path);
      if (value != null) {
        xml.append("<propSet><name>")
            .append(path)
            .append("</name>")
            .append(value)
            .append("</propSet>");
      }
    }
    return xml.append("</objects>").toString();
  }

  private String createSnapshot(SoapCall call) {
    DoubleVm vm = vm(call.object());
    SoapCall.require(call.text("memory").equals("false"), "memory");
    String planned = planned("end of CreateSnapshot_Task");
    if (planned != null) {
      return task(call, planned);
    }
    String id = "snapshot-" + ++ids;
    vm.freeze(
        id,
        call.text("name"),
        call.text("description"),
        call.text("quiesce").equals("true"),
        Instant.now().plus(clockAhead));
    if (hideSnapshot) {
      hideSnapshot = false;
      return task(call, "");
    }
    return task(
        call,
        "<result type=\"VirtualMachineSnapshot\" xsi:type=\"ManagedObjectReference\">"
            + id
            + "</result>");
  }

  private String removeSnapshot(SoapCall call) {
    SoapCall.require(call.text("removeChildren").equals("false"), "removeChildren");
    DoubleVm.DoubleSnapshot snapshot = snapshot(call.object());
    if (leases.values().stream().anyMatch(lease -> lease.isHeld(snapshot))) {
      throw new FaultException("<TaskInProgressFault xsi:type=\"TaskInProgress\"/>");
    }
    String planned = planned("end of RemoveSnapshot_Task");
    if (planned == null) {
      vmOf(snapshot).remove(snapshot);
    }
    return task(call, planned == null ? "" : planned);
  }

  private String task(SoapCall call, String end) {
    String id = "task-" + ++ids;
    tasks.put(id, new Task(runningAnswers, end));
    SoapCall.require(call.method().endsWith("_Task"), "no task");
    return returnedRef("Task", id);
  }

  private String taskInfo(String id) {
    Task task = tasks.get(id);
    if (task == null) {
      throw gone("Task", id);
    }
    boolean failed = task.end.contains("Fault xsi:type");
    String state = task.answersLeft-- > 0 ? "running" : failed ? "error" : "success";
    String rest =
        switch (state) {
          case "error" ->
              "<error><fault xsi:type=\""
                  + task.end.replaceFirst("(?s).*?xsi:type=\"([A-Za-z]*)\".*", "$1")
                  + "\">"
                  + task.end.replaceFirst("(?s)^<[^>]*>(.*)</[^>]*>$", "$1")
                  + "</fault><localizedMessage>It did not work.</localizedMessage></error>";
          case "success" -> task.end;
          default -> "<progress>50</progress>";
        };
    return "<val xsi:type=\"TaskInfo\"><key>"
        + id
        + "</key><state>"
        + state
        + "</state>"
        + rest
        + "</val>";
  }

  private Map<String, String> leaseProperties(String id) {
    Lease lease = lease(id);
    String state = lease.state;
    if (state.equals("initializing")) {
      lease.state = "ready";
    }
    StringBuilder urls = new StringBuilder();
    // Neither in the order of the disks nor disks alone.
    for (DoubleVm.DoubleDisk disk : lease.snapshot.disks.reversed()) {
      String key =
          leaseKeys.equals("slot")
              ? "/vm-1/ParaVirtualSCSIController%d:%d".formatted(disk.bus(), disk.unit % 16)
              : leaseKeys.equals("device") ? Long.toString(disk.key()) : leaseKeys;
      urls.append(
          "<deviceUrl><key>%s</key><importKey></importKey><url>https://*/nfc/%s/disk-%d.vmdk</url><sslThumbprint></sslThumbprint><disk>true</disk><targetId>disk-%d.vmdk</targetId></deviceUrl>"
              .formatted(key, id.replaceAll("[^a-z0-9-]", ""), disk.unit, disk.unit));
    }
    urls.append(
        "<deviceUrl><key>/vm-1/nvram</key><importKey></importKey><url>https://*/nfc/x/nvram</url><disk>false</disk></deviceUrl>");
    return Map.of(
        "state",
        DoubleVm.typed("HttpNfcLeaseState", state),
        "info",
        "<val xsi:type=\"HttpNfcLeaseInfo\"><leaseTimeout>"
            + leaseTimeoutSeconds
            + "</leaseTimeout>"
            + urls
            + "</val>",
        "error",
        "<val xsi:type=\"LocalizedMethodFault\"><fault xsi:type=\"FileFault\"/><localizedMessage>no</localizedMessage></val>");
  }

  private void nfc(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    byte @Nullable [] stream = null;
    synchronized (this) {
      for (Map.Entry<String, Lease> lease : leases.entrySet()) {
        if (lease.getKey().replaceAll("[^a-z0-9-]", "").equals(path[2])
            && lease.getValue().state.equals("ready")) {
          stream =
              lease.getValue().snapshot.disks.stream()
                  .filter(disk -> path[3].equals("disk-" + disk.unit + ".vmdk"))
                  .map(disk -> StreamWriter.write(disk.content))
                  .findFirst()
                  .orElse(null);
        }
      }
    }
    if (stream == null) {
      answer(exchange, 404, "");
      return;
    }
    // As hosts do: no length.
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      if (breakAfterBytes >= 0 && breakAfterBytes < stream.length) {
        out.write(stream, 0, breakAfterBytes);
        out.flush();
        throw new IOException("broken off, as planned");
      }
      out.write(stream);
    }
  }

  private DoubleVm vm(String id) {
    synchronized (vms) {
      return vms.stream()
          .filter(vm -> vm.moref.equals(id))
          .findFirst()
          .orElseThrow(() -> gone("VirtualMachine", id));
    }
  }

  private DoubleVm.DoubleSnapshot snapshot(String id) {
    synchronized (vms) {
      return vms.stream()
          .flatMap(vm -> vm.snapshots.stream())
          .filter(it -> it.moref.equals(id))
          .findFirst()
          .orElseThrow(() -> gone("VirtualMachineSnapshot", id));
    }
  }

  private DoubleVm vmOf(DoubleVm.DoubleSnapshot snapshot) {
    synchronized (vms) {
      return vms.stream().filter(vm -> vm.snapshots.contains(snapshot)).findFirst().orElseThrow();
    }
  }

  private Lease lease(String id) {
    Lease lease = leases.get(id);
    if (lease == null) {
      throw gone("HttpNfcLease", id);
    }
    return lease;
  }

  private static String returnedRef(String type, String id) {
    return "<returnval type=\"" + type + "\">" + id + "</returnval>";
  }

  private static String fault(String detail) {
    return fault(detail, "");
  }

  private static String fault(String detail, String text) {
    return "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>"
        + DoubleVm.escaped(text)
        + "</faultstring><detail>"
        + detail
        + "</detail></soapenv:Fault>";
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    String xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope"
            + " xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\""
            + " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
            + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n<soapenv:Body>\n"
            + body
            + "\n</soapenv:Body>\n</soapenv:Envelope>";
    send(exchange, status, xml);
  }

  private static void send(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
