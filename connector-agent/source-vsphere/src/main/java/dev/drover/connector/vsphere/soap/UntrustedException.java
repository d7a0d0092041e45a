package dev.drover.connector.vsphere.soap;

import dev.drover.connector.words.PlainText;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A certificate that nothing vouches for, and which part of it does not fit. */
final class UntrustedException extends CertificateException {
  private static final long serialVersionUID = 1L;

  /** Of a GeneralName: a DNS name, an address. */
  private static final Set<Integer> NAMES = Set.of(2, 7);

  private final String fingerprint;
  private final String subject;
  private final String reason;

  /** Throws when a certificate does not do. */
  interface Check {
    void run() throws CertificateException;
  }

  /**
   * A refusal.
   *
   * @param chain the server's certificate first
   * @param refusal what the JDK says, the name included
   * @param withoutName whether the certificate would do for a server of any name
   */
  UntrustedException(X509Certificate[] chain, CertificateException refusal, Check withoutName) {
    super(refusal);
    this.fingerprint = ServerTrust.fingerprint(chain[0]);
    this.subject = chain[0].getSubjectX500Principal().getName();
    this.reason = reason(chain, refusal, withoutName);
  }

  /** What a person is to do about it, for a server. */
  String sentence(String server) {
    return "The certificate of "
        + server
        + " is not trusted ('"
        + PlainText.of(subject)
        + "', SHA-256 "
        + fingerprint
        + "): "
        + reason
        + ", or, if that server shows the same fingerprint on its own console, add it to"
        + " fingerprints.";
  }

  /** What does not fit, and what to do. */
  private static String reason(
      X509Certificate[] chain, CertificateException refusal, Check withoutName) {
    if (isCausedBy(CertificateExpiredException.class, refusal)) {
      return expired(chain) + ": renew it";
    }
    if (isCausedBy(CertificateNotYetValidException.class, refusal)) {
      return "it is valid only from "
          + chain[0].getNotBefore().toInstant()
          + " on: set the clocks of that server and of this machine right";
    }
    if (isCausedBy(CertPathBuilderException.class, refusal)) {
      return "no authority that is trusted here issued it: give its CA's certificate as caFile";
    }
    return isGood(withoutName)
        ? "it is for "
            + names(chain[0])
            + " and not for that name: use a name that it has as the address, give the server a"
            + " certificate that has this one"
        : "it is of no use (" + words(refusal) + "): give the server another one";
  }

  private static boolean isCausedBy(Class<? extends Throwable> kind, Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(kind::isInstance);
  }

  private static String expired(X509Certificate[] chain) {
    for (X509Certificate certificate : chain) {
      if (!isGood(certificate::checkValidity)) {
        String which =
            certificate.equals(chain[0])
                ? "it"
                : "that of its CA '"
                    + PlainText.of(certificate.getSubjectX500Principal().getName())
                    + "'";
        return which + " expired on " + certificate.getNotAfter().toInstant();
      }
    }
    return "that of its CA has expired";
  }

  private static boolean isGood(Check withoutName) {
    try {
      withoutName.run();
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static String names(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      String names =
          (all == null ? List.<List<?>>of() : all)
              .stream()
                  .filter(name -> name.getFirst() instanceof Integer type && NAMES.contains(type))
                  .map(name -> PlainText.of(String.valueOf(name.get(1))))
                  .collect(Collectors.joining(", "));
      return names.isEmpty() ? "no name" : names;
    } catch (GeneralSecurityException e) {
      return "names that cannot be read";
    }
  }

  private static String words(Throwable refusal) {
    Throwable cause = refusal;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return PlainText.of(String.valueOf(cause.getMessage()));
  }
}
