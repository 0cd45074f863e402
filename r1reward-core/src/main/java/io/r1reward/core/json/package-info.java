/**
 * JSON as other people's files need it: strict where something would be guessed, lenient in
 * spelling, and with messages for whoever wrote the file. Imports the public API alone.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.json;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
