/** The vSphere API on the wire: TLS, SOAP, sessions, faults, tasks, pages of properties. */
@NullMarked
package dev.drover.connector.vsphere.soap;

import org.jspecify.annotations.NullMarked;
