package dev.drover.connector.vsphere.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.vsphere.vcenter.DoubleVm;
import dev.drover.connector.vsphere.vcenter.TestCertificate;
import dev.drover.connector.vsphere.vcenter.VcenterDouble;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the client trusts, how long a session lasts, and what a refusal sounds like. */
class VimClientTest {
  private static final Moref VM = new Moref("VirtualMachine", "vm-49");
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final VcenterDouble vcenter = new VcenterDouble();
  private Instant now = Instant.parse("2026-11-28T08:00:00Z");
  private String password = "secret";

  @AfterEach
  void stop() {
    vcenter.close();
  }

  @Test
  void service_beforeAnyLogin_isKnown() {
    try (VimClient vim = client()) {
      assertThat(vim.service().isVcenter()).isTrue();
      assertThat(vim.service().description()).isEqualTo("VMware vCenter Server 8.0.3 build-1");
      assertThat(vcenter.calls).containsExactly("RetrieveServiceContent");
    }
    assertThat(vcenter.calls).doesNotContain("Logout");
  }

  @Test
  void certificate_ofTheCaFile_isTrusted() throws IOException {
    Path ca = Files.writeString(folder.resolve("ca.pem"), VcenterDouble.certificate().pem());
    try (VimClient vim = client(ServerTrust.of(ca, List.of()))) {
      assertThat(vim.service().isVcenter()).isTrue();
    }
  }

  /** To give its CA would not help. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1d | san=dns:vcenter.test,ip:10.0.0.7 | it is for vcenter.test, 10.0.0.7 and not for that"
            + " name: use a name that it has as the address",
        "-1d | ku=digitalSignature | it is for no name and not for that name",
        "-40d | san=ip:127.0.0.1 | it expired on ",
        "+2d | san=ip:127.0.0.1 | it is valid only from ",
        "-1d | eku=emailProtection | it is of no use (",
      })
  void certificate_ofTheCaFileThatDoesNotFit_saysWhatOfItDoesNot(
      String startDay, String names, String reason) throws IOException {
    TestCertificate certificate = TestCertificate.issued(startDay, names);
    Path ca = Files.writeString(folder.resolve("ca.pem"), certificate.pem());
    try (VcenterDouble server = new VcenterDouble(certificate);
        VimClient vim = client(server.uri(), ServerTrust.of(ca, List.of()))) {
      assertThatThrownBy(vim::service)
          .isInstanceOf(SourceUnreadableException.class)
          .message()
          .contains(reason, certificate.fingerprint(), "add it to fingerprints")
          .doesNotContain("caFile", "Exception", "PKIX");
    }
    try (VcenterDouble server = new VcenterDouble(certificate);
        VimClient vim =
            client(server.uri(), ServerTrust.of(ca, List.of(certificate.fingerprint())))) {
      assertThat(vim.service().isVcenter()).isTrue();
    }
  }

  @Test
  void certificate_thatIsUnknown_isNamedWithTheWayToPinIt() {
    String another = "00".repeat(32);
    for (ServerTrust trust :
        List.of(ServerTrust.of(null, List.of()), ServerTrust.of(null, List.of(another)))) {
      try (VimClient vim = client(trust)) {
        assertThatThrownBy(vim::service)
            .isInstanceOf(SourceUnreadableException.class)
            .message()
            .startsWith(
                "The certificate of 127.0.0.1:" + vcenter.uri().getPort() + " is not trusted")
            .contains(
                "SHA-256 " + VcenterDouble.certificate().fingerprint(),
                "no authority that is trusted here issued it: give its CA's certificate as caFile",
                "add it to fingerprints")
            .doesNotContain("Exception", "PKIX");
      }
    }
    assertThat(vcenter.calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ignore", "AA:BB", "*"})
  void fingerprint_thatIsNone_isRefused(String text) {
    assertThatThrownBy(() -> ServerTrust.of(null, List.of(text)))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("is no SHA-256 fingerprint");
  }

  @Test
  void caFile_withoutCertificates_isRefused() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertThatThrownBy(() -> ServerTrust.of(empty, List.of()))
        .hasMessageContaining("empty.pem holds no certificates");
    assertThatThrownBy(() -> ServerTrust.of(folder.resolve("none.pem"), List.of()))
        .hasMessageContaining("none.pem: there is no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://vcenter.test", "vcenter.test", "https:///sdk"})
  void server_withoutTls_isRefused(String server) {
    assertThatThrownBy(() -> client(URI.create(server), pinned()))
        .hasMessageContaining("write it as https://vcenter.example.com");
  }

  @Test
  void session_ofManyThreads_isOneAndIsClosed() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    try (VimClient vim = client();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      askByMany(vim, threads);
      assertThat(vcenter.sessionCount()).isEqualTo(1);
      vcenter.endSessions();
      askByMany(vim, threads);
      assertThat(vcenter.sessionCount()).isEqualTo(1);
    }
    assertThat(vcenter.count("Login")).as("the first, and one more").isEqualTo(2);
    assertThat(vcenter.sessionCount()).isZero();
  }

  private static void askByMany(VimClient vim, ExecutorService threads) {
    List<CompletableFuture<String>> answers =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> new Properties(vim).of(VM, "name").text("name"), threads))
            .limit(20)
            .toList();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo("web"));
  }

  @Test
  void session_thatEnded_isOpenedAgainOnce() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    try (VimClient vim = client()) {
      Properties properties = new Properties(vim);
      properties.of(VM, "name");
      vcenter.endSessions();
      assertThat(properties.of(VM, "name").text("name")).isEqualTo("web");
      assertThat(vcenter.count("Login")).isEqualTo(2);
      vcenter.failNext("RetrievePropertiesEx", "NotAuthenticated", "");
      vcenter.failNext("RetrievePropertiesEx", "NotAuthenticated", "");
      assertThatThrownBy(() -> properties.of(VM, "name"))
          .isInstanceOf(VimFault.NotAuthenticated.class);
      assertThat(vcenter.count("Login")).isEqualTo(3);
    }
  }

  @Test
  void call_afterTheClose_isRefused() {
    VimClient vim = client();
    vim.close();
    vim.close();
    assertThatThrownBy(() -> new Properties(vim).of(VM, "name"))
        .isInstanceOf(SourceUnavailableException.class);
  }

  /** Of all that a run, its release and an inventory ask for; a vCenter locks after five. */
  @Test
  void login_thatIsRefused_isNotSentAgainForAWhile() {
    password = "wrong<&>";
    try (VimClient vim = client()) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> new Properties(vim).of(VM, "name"))
            .isInstanceOf(SourceUnavailableException.class)
            .hasMessage(
                vim.server()
                    + " refuses the login of drover@vsphere.local since 2026-11-28T08:00:00Z, for it"
                    + " knows no such user or another password; so that the account is not locked,"
                    + " it is not tried again before 2026-11-28T08:15:00Z: correct the password in"
                    + " passwordFile, which is then tried at once, or the user.");
      }
      assertThat(vcenter.count("Login")).isEqualTo(1);
      now = now.plus(RefusedLogin.PAUSE);
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> new Properties(vim).of(VM, "name"))
            .isInstanceOf(SourceUnavailableException.class)
            .hasMessageContainingAll(
                "since 2026-11-28T08:00:00Z", "not tried again before 2026-11-28T08:30:00Z");
      }
      assertThat(vcenter.count("Login")).isEqualTo(2);
    }
  }

  @Test
  void login_withThePasswordAsItIsNow_isTriedAtOnce() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    try (VimClient vim = client()) {
      Properties properties = new Properties(vim);
      properties.of(VM, "name");
      vcenter.password = "another";
      vcenter.endSessions();
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> properties.of(VM, "name"))
            .isInstanceOf(SourceUnavailableException.class);
      }
      assertThat(vcenter.count("Login")).isEqualTo(2);
      password = "another";
      assertThat(properties.of(VM, "name").text("name")).isEqualTo("web");
      assertThat(vcenter.count("Login")).isEqualTo(3);
    }
  }

  /** It is written anew just then. */
  @Test
  void login_withoutAPasswordForAMoment_mayPass() {
    password = "";
    try (VimClient vim = client()) {
      assertThatThrownBy(() -> new Properties(vim).of(VM, "name"))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessage("The file is empty.");
      assertThat(vcenter.count("Login")).isZero();
    }
  }

  @Test
  void noPermission_isSaidWithObjectAndPrivilege() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    vcenter.failNext(
        "CreateSnapshot_Task",
        "NoPermission",
        "<object type=\"VirtualMachine\">vm-49</object>"
            + "<privilegeId>VirtualMachine.State.CreateSnapshot</privilegeId>");
    try (VimClient vim = client()) {
      assertThatThrownBy(() -> snapshot(vim))
          .isInstanceOfSatisfying(
              VimFault.NoPermission.class,
              fault ->
                  assertThat(fault.privilege()).isEqualTo("VirtualMachine.State.CreateSnapshot"))
          .hasMessage(
              vim.server()
                  + " refuses CreateSnapshot of the VM 'web' (vm-49): the user lacks the privilege"
                  + " VirtualMachine.State.CreateSnapshot on the VM 'web' (vm-49): add it to the"
                  + " user's role there.");
    }
  }

  /** The name, which makes the sentence, may not be read either. */
  @Test
  void noPermission_toReadAnything_isSaid() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    for (int i = 0; i < 5; i++) {
      vcenter.failNext(
          "RetrievePropertiesEx",
          "NoPermission",
          "<object type=\"VirtualMachine\">vm-49</object><privilegeId>System.Read</privilegeId>");
    }
    try (VimClient vim = client()) {
      assertThatThrownBy(() -> new Properties(vim).of(VM, "name"))
          .isInstanceOf(VimFault.NoPermission.class)
          .hasMessageContaining("the privilege System.Read on the VM vm-49");
      assertThat(vcenter.count("RetrievePropertiesEx")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ManagedObjectNotFound, does not exist any more",
    "TaskInProgress, another task is running on it",
    "RestrictedVersion, licence",
    "NoDiskSpace, its datastore is full",
    "SomethingNew, it says SomethingNew"
  })
  void fault_ofAnyKind_isASentence(String fault, String words) {
    vcenter.add(new DoubleVm("vm-49", "web"));
    vcenter.failNext("CreateSnapshot_Task", fault, "");
    try (VimClient vim = client()) {
      assertThatThrownBy(() -> snapshot(vim))
          .isInstanceOf(VimFault.class)
          .message()
          .contains(words, "vm-49")
          .endsWith(".")
          .doesNotContain("Fault", "Exception", "_Task", "<");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ApplicationQuiesceFault, ''",
    "FilesystemQuiesceFault, ''",
    "GenericVmConfigFault, <faultMessage><key>msg.snapshot.error-QUIESCINGERROR</key></faultMessage>"
  })
  void task_thatEndsWithAFault_throwsIt(String fault, String detail) {
    vcenter.add(new DoubleVm("vm-49", "web"));
    vcenter.failNextTask("CreateSnapshot_Task", fault, detail);
    try (VimClient vim = client()) {
      assertThatThrownBy(() -> snapshot(vim))
          .isInstanceOf(VimFault.QuiesceFailed.class)
          .hasMessageContaining("look at VMware Tools");
    }
  }

  /** The same words of another method are of something else. */
  @Test
  void quiescing_isOfSnapshotsAlone() {
    vcenter.failNext(
        "CurrentTime",
        "GenericVmConfigFault",
        "<faultMessage><key>QUIESCINGERROR</key></faultMessage>");
    try (VimClient vim = client()) {
      assertThatThrownBy(vim::time).isInstanceOf(VimFault.Other.class);
    }
  }

  @Test
  void task_thatTakesTooLong_isCancelledAndNamed() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    vcenter.runningAnswers = Integer.MAX_VALUE;
    try (VimClient vim = client()) {
      assertThatThrownBy(() -> snapshot(vim, Duration.ZERO))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("did not end CreateSnapshot");
      assertThat(vcenter.calls).contains("CancelTask");
    }
  }

  /** A page of an error in between is the vCenter's restart; the task goes on. */
  @Test
  void task_whoseServerCannotBeAskedForAMoment_isWaitedFor() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    vcenter.refuseNext("RetrievePropertiesEx");
    try (VimClient vim = client()) {
      assertThat(snapshot(vim).ref().type()).isEqualTo("VirtualMachineSnapshot");
    }
  }

  @Test
  void task_thatTakesSomeTime_isWaitedFor() {
    vcenter.add(new DoubleVm("vm-49", "web"));
    vcenter.runningAnswers = 3;
    try (VimClient vim = client()) {
      assertThat(snapshot(vim).ref().type()).isEqualTo("VirtualMachineSnapshot");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 6.5",
    "<namespaces><namespace><name>urn:vim25</name><version>9.1.0.0</version><priorVersions><version>7.0</version><version>6.7.1</version></priorVersions></namespace></namespaces>, 6.7.1",
    "<namespaces><namespace><name>urn:sms</name><version>5.0</version></namespace></namespaces>, 6.5"
  })
  void version_isTheOldestThatServes(String offered, String version) {
    vcenter.versionsXml = offered;
    vcenter.action = "urn:vim25/" + version;
    try (VimClient vim = client()) {
      assertThat(vim.service().action()).isEqualTo(vcenter.action);
    }
  }

  @Test
  void version_thatIsTooOld_isRefused() {
    vcenter.versionsXml =
        "<namespaces><namespace><name>urn:vim25</name><version>5.5</version></namespace></namespaces>";
    try (VimClient vim = client()) {
      assertThatThrownBy(vim::service)
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("its newest API is 5.5");
    }
  }

  @Test
  void server_thatIsNoVcenter_isSaid() {
    vcenter.versionsXml = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>";
    try (VimClient vim = client()) {
      assertThatThrownBy(vim::service)
          .isInstanceOf(SourceUnavailableException.class)
          .message()
          .contains("check that it is a vCenter")
          .doesNotContain("root:");
    }
  }

  /** Of a proxy, or of a vCenter whose services start. */
  @ParameterizedTest
  @ValueSource(strings = {"<html><body>no<br>no</body></html>", "<html/>", ""})
  void server_thatAnswersByAPage_isSaidWithItsStatus(String page) {
    vcenter.page = page;
    try (VimClient vim = client()) {
      assertThatThrownBy(vim::service)
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("(HTTP 500 and no fault of the API)");
    }
  }

  @Test
  void answer_thatIsTooLarge_isSaid() {
    vcenter.page = " ".repeat((64 << 20) + 1);
    try (VimClient vim = client()) {
      assertThatThrownBy(vim::service)
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("sent an answer of more than 64 MiB, as no vCenter does");
    }
  }

  @Test
  void resolve_addressOfADisk_isHttpsOfAHostAlone() {
    try (VimClient vim = client()) {
      assertThat(vim.resolve("HTTPS://esx1.test/nfc/1").getHost()).isEqualTo("esx1.test");
      assertThat(vim.resolve("https://*/nfc/1").getAuthority())
          .isEqualTo(vcenter.uri().getAuthority());
      assertThatThrownBy(() -> vim.resolve("http://esx1.test/nfc/1"))
          .hasMessageContaining("'http://esx1.test/nfc/1' is no https address");
      assertThatThrownBy(() -> vim.resolve("https://root:secret@esx1.test:8443/nfc/1"))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("the address of a disk, with a user in it, is no https address")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void server_thatIsNotThere_isSaid() {
    URI uri = vcenter.uri();
    vcenter.close();
    try (VimClient vim = client(uri, pinned())) {
      assertThatThrownBy(vim::service)
          .isInstanceOf(SourceUnavailableException.class)
          .message()
          .contains("cannot be reached")
          .doesNotContain("Exception");
    }
  }

  @Test
  void ofAll_manyPages_areAllRead() {
    vcenter.pageSize = 7;
    IntStream.range(0, 50).forEach(i -> vcenter.add(new DoubleVm("vm-" + i, "n" + i)));
    try (VimClient vim = client()) {
      List<String> names = new ArrayList<>();
      new Properties(vim)
          .ofAll(Map.of("VirtualMachine", List.of("name")), vm -> names.add(vm.text("name")));
      assertThat(names).hasSize(50).doesNotHaveDuplicates();
      assertThat(vcenter.count("ContinueRetrievePropertiesEx")).isEqualTo(7);
      assertThat(vcenter.count("DestroyView")).isEqualTo(1);
    }
  }

  private static Element snapshot(VimClient vim) {
    return snapshot(vim, LONG);
  }

  private static Element snapshot(VimClient vim, Duration deadline) {
    Arguments arguments =
        new Arguments()
            .text("name", "n")
            .text("description", "")
            .flag("memory", false)
            .flag("quiesce", false);
    return new Tasks(vim).run(VM, "CreateSnapshot_Task", arguments, deadline).orElseThrow();
  }

  private VimClient client() {
    return client(vcenter.uri(), pinned());
  }

  private VimClient client(ServerTrust trust) {
    return client(vcenter.uri(), trust);
  }

  private VimClient client(URI server, ServerTrust trust) {
    return new VimClient(
        server,
        new VimClient.Credentials("drover@vsphere.local", this::password),
        trust,
        VimClient.TimeLimits.USUAL,
        () -> now);
  }

  private String password() {
    if (password.isEmpty()) {
      throw new SourceUnreadableException("The file is empty.", null);
    }
    return password;
  }

  private static ServerTrust pinned() {
    return ServerTrust.of(null, List.of(VcenterDouble.certificate().fingerprint()));
  }
}
