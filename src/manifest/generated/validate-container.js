// Made from schemas/container.schema.json by `npm run generate`. Do not edit.
// @ts-nocheck
/* eslint-disable */
"use strict";
export const validate = validate20;
export default validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://reconcile.invalid/schemas/container.schema.json","title":"Container","description":"One container, or several equal ones, that a host is to keep running.","examples":[{"apiVersion":"reconcile/v1","kind":"Container","metadata":{"name":"web"},"spec":{"rootfs":{"path":"/srv/images/shop"},"process":{"args":["/bin/httpd","-f"]}}}],"type":"object","additionalProperties":false,"required":["apiVersion","kind","metadata","spec"],"properties":{"apiVersion":{"description":"Version of the manifest format. Required.","type":"string","enum":["reconcile/v1"],"examples":["reconcile/v1"]},"kind":{"description":"Kind of object. Required.","type":"string","enum":["Container"],"examples":["Container"]},"metadata":{"$ref":"#/$defs/metadata","examples":[{"name":"web"}]},"spec":{"$ref":"#/$defs/spec","examples":[{"rootfs":{"path":"/srv/images/shop"},"process":{"args":["/bin/httpd","-f"]}}]}},"$defs":{"metadata":{"title":"Metadata","description":"What names and describes the container. Required.","type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"description":"A DNS label, unique among all manifests; also the cgroup's name. With replicas each gets -0, -1 … appended, and the longest must fit in 63 characters too. Required.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","examples":["web","shop-db"]},"labels":{"description":"Short texts to tell containers apart by.","type":"object","additionalProperties":{"type":"string"},"default":{},"examples":[{"app":"shop"}]},"annotations":{"description":"Texts for people and other tools; reconcile gives them no meaning.","type":"object","additionalProperties":{"type":"string"},"default":{},"examples":[{"owner":"team-shop"}]}},"examples":[{"name":"web","labels":{"app":"shop"}}]},"spec":{"title":"Spec","description":"What the container is. Required.","type":"object","additionalProperties":false,"required":["rootfs","process"],"properties":{"replicas":{"description":"Number of equal containers, named NAME-0 and up. Absent: one container, named NAME.","unit":"containers","type":"integer","minimum":1,"maximum":10000,"examples":[3]},"rootfs":{"$ref":"#/$defs/rootfs","examples":[{"path":"/srv/images/shop"}]},"process":{"$ref":"#/$defs/process","examples":[{"args":["/bin/httpd","-f"]}]},"hostname":{"description":"Host name in the container; needs a private uts namespace. Absent: the container's name, with its replica number.","type":"string","pattern":"^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$","examples":["web","web.example.org"]},"resources":{"$ref":"#/$defs/resources"},"namespaces":{"$ref":"#/$defs/namespaces"},"mounts":{"description":"Folders and files of the host, and memory file systems, to mount in the container. Parents are mounted before what lies in them.","type":"array","items":{"$ref":"#/$defs/mount"},"default":[],"examples":[[{"source":"/srv/data","target":"/data","readonly":true}]]},"restart":{"$ref":"#/$defs/restart"},"stop":{"$ref":"#/$defs/stop"},"drift":{"description":"What to do where the host differs from the manifest: enforce heals it, report shows it, ignore is silent.","oneOf":[{"$ref":"#/$defs/driftMode"},{"$ref":"#/$defs/driftRules"}],"default":"enforce","examples":["enforce",{"default":"enforce","paths":{"resources.memory.max":"report"}}]}},"examples":[{"rootfs":{"jail":{"binaries":["/bin/busybox"]}},"process":{"args":["/bin/busybox","sleep","60"]}}]},"rootfs":{"title":"Rootfs","description":"The root file system: exactly one of path and jail. Required.","type":"object","additionalProperties":false,"oneOf":[{"required":["path"]},{"required":["jail"]},{"required":["image"]}],"properties":{"path":{"description":"Absolute path of a folder on the host that holds a root file system. It is never written to.","type":"string","examples":["/srv/images/shop"]},"jail":{"$ref":"#/$defs/jail"},"image":{"description":"Reference of an OCI image. Not supported yet: use path or jail.","type":"string","examples":["oci:/srv/images/shop:1.0"]},"readonly":{"description":"False: writes go to a private layer that is lost when the container is replaced. True: nothing can be written.","type":"boolean","default":false,"examples":[true]}},"examples":[{"path":"/srv/images/shop"},{"jail":{"binaries":["/bin/busybox"]},"readonly":true}]},"jail":{"title":"Jail","description":"A root file system made of the host's own files: only what is named here, and what the named programs need.","type":"object","additionalProperties":false,"properties":{"binaries":{"description":"Absolute paths of programs; the loader and the shared libraries that they need come along.","type":"array","items":{"type":"string"},"uniqueItems":true,"default":[],"examples":[["/bin/busybox"]]},"files":{"description":"Absolute paths of files and folders, taken as they are.","type":"array","items":{"type":"string"},"uniqueItems":true,"default":[],"examples":[["/etc/ssl/certs"]]}},"examples":[{"binaries":["/bin/busybox"],"files":["/etc/ssl/certs"]}]},"process":{"title":"Process","description":"The container's first process. Required.","type":"object","additionalProperties":false,"required":["args"],"properties":{"args":{"description":"Program and arguments, each a text. No shell takes part. Required.","type":"array","items":{"type":"string"},"minItems":1,"examples":[["/bin/httpd","-f","-p","8080"]]},"env":{"description":"Environment variables. Values are texts: quote numbers and booleans.","type":"object","additionalProperties":{"type":"string"},"default":{},"examples":[{"MODE":"production","PORT":"8080"}]},"cwd":{"description":"Absolute path of the working directory in the container; not in /proc.","type":"string","default":"/","examples":["/data"]},"user":{"$ref":"#/$defs/user"}},"examples":[{"args":["/bin/httpd","-f","-p","8080"],"env":{"MODE":"production"}}]},"user":{"title":"User","description":"User and group that the process runs as.","type":"object","additionalProperties":false,"properties":{"uid":{"description":"Number of the user.","unit":"user id","type":"integer","minimum":0,"maximum":4294967294,"default":0,"examples":[1000]},"gid":{"description":"Number of the group.","unit":"group id","type":"integer","minimum":0,"maximum":4294967294,"default":0,"examples":[1000]}},"default":{"uid":0,"gid":0},"examples":[{"uid":1000,"gid":1000}]},"resources":{"title":"ResourceLimits","description":"Limits that the kernel holds, each named like its cgroup v2 file. Absent: the kernel's default.","type":"object","additionalProperties":false,"properties":{"cpu":{"title":"CpuLimits","description":"Time on the CPUs.","type":"object","additionalProperties":false,"properties":{"max":{"description":"CPU time at most, as a number of CPUs: 1.5 is one and a half. 0.01 is the least that the kernel takes.","unit":"CPUs","type":["number","string"],"minimum":0.01,"maximum":8192,"pattern":"^max$","default":"max","examples":[1.5,"max"]},"weight":{"description":"Share of CPU time while others want it too, relative to their weights.","unit":"1 to 10000","type":"integer","minimum":1,"maximum":10000,"default":100,"examples":[200]}},"default":{},"examples":[{"max":1.5,"weight":200}]},"cpuset":{"title":"CpusetLimits","description":"Which CPUs and memory nodes may be used.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Numbers and ranges of CPUs, in quotes. Absent: all of the parent cgroup.","unit":"CPU numbers","type":"string","pattern":"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$","examples":["0-1,4"]},"mems":{"description":"Numbers and ranges of NUMA nodes, in quotes. Absent: all of the parent cgroup.","unit":"NUMA node numbers","type":"string","pattern":"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$","examples":["0"]}},"default":{},"examples":[{"cpus":"0-1"}]},"memory":{"$ref":"#/$defs/memory"},"pids":{"title":"PidsLimits","description":"Processes and threads.","type":"object","additionalProperties":false,"properties":{"max":{"description":"Processes and threads at most; max lifts the limit.","unit":"processes and threads","type":["integer","string"],"minimum":1,"maximum":4194304,"pattern":"^max$","default":2048,"examples":[128,"max"]}},"default":{"max":2048},"examples":[{"max":128}]},"io":{"$ref":"#/$defs/io"}},"default":{},"examples":[{"cpu":{"max":1.5},"memory":{"max":"256Mi"},"pids":{"max":128}}]},"memory":{"title":"MemoryLimits","description":"Memory. Where several are given: min <= low <= high <= max.","type":"object","additionalProperties":false,"properties":{"min":{"description":"Memory that is never reclaimed.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":0,"default":0,"examples":["32Mi"]},"low":{"description":"Memory that is reclaimed last.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":0,"default":0,"examples":["64Mi"]},"high":{"description":"Above this the container is slowed down and its memory reclaimed.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["224Mi"]},"max":{"description":"Above this the kernel kills. At least 512Ki.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["256Mi"]},"swap":{"title":"SwapLimits","description":"Swap space.","type":"object","additionalProperties":false,"properties":{"max":{"description":"Swap space at most, memory not counted; 0 is none.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":0,"default":"max","examples":[0,"128Mi"]}},"default":{},"examples":[{"max":0}]},"oom":{"title":"OutOfMemory","description":"What the kernel does where it must kill for lack of memory.","type":"object","additionalProperties":false,"properties":{"group":{"description":"True: it kills all processes of the container together. False: one of them, and the others go on.","type":"boolean","default":false,"examples":[true]}},"default":{},"examples":[{"group":true}]}},"default":{},"examples":[{"max":"256Mi","high":"224Mi","swap":{"max":0}}]},"io":{"title":"IoLimits","description":"Reading and writing of block devices.","type":"object","additionalProperties":false,"properties":{"max":{"description":"Limits by block device.","type":"array","items":{"$ref":"#/$defs/deviceLimit"},"default":[],"examples":[[{"device":"/dev/vda","wbps":"10Mi"}]]},"weight":{"description":"Share of reading and writing while others want it too, relative to their weights.","unit":"1 to 10000","type":"integer","minimum":1,"maximum":10000,"default":100,"examples":[200]}},"default":{},"examples":[{"max":[{"device":"/dev/vda","wbps":"10Mi"}]}]},"deviceLimit":{"title":"DeviceLimit","description":"Limits of one block device, at least one. An absent one means no limit.","type":"object","additionalProperties":false,"required":["device"],"properties":{"device":{"description":"Path of the block device, in /dev. Required.","type":"string","examples":["/dev/vda"]},"rbps":{"description":"Bytes read a second at most.","unit":"bytes a second, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["10Mi"]},"wbps":{"description":"Bytes written a second at most.","unit":"bytes a second, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["10Mi"]},"riops":{"description":"Reads a second at most.","unit":"reads a second","type":["integer","string"],"minimum":1,"maximum":4294967295,"pattern":"^max$","default":"max","examples":[500]},"wiops":{"description":"Writes a second at most.","unit":"writes a second","type":["integer","string"],"minimum":1,"maximum":4294967295,"pattern":"^max$","default":"max","examples":[500]}},"examples":[{"device":"/dev/vda","wbps":"10Mi"}]},"namespaces":{"title":"NamespaceModes","description":"What the container has to itself (private) or shares with the host (host). The mount namespace is always private.","type":"object","additionalProperties":false,"properties":{"network":{"description":"Network: private or host. Names of networks come later.","type":"string","default":"private","examples":["private","host"]},"pid":{"description":"Process numbers.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]},"ipc":{"description":"System V IPC and POSIX message queues.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]},"uts":{"description":"Host name.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]},"cgroup":{"description":"View of the cgroup tree.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]}},"default":{},"examples":[{"network":"host"}]},"mount":{"title":"MountPoint","description":"One mount: a bind mount needs source and target, a tmpfs needs target.","type":"object","additionalProperties":false,"required":["target"],"properties":{"type":{"description":"bind shows a folder or file of the host; tmpfs is an empty file system in memory.","type":"string","enum":["bind","tmpfs"],"default":"bind","examples":["tmpfs"]},"source":{"description":"Absolute path on the host; with type bind only, and required there.","type":"string","examples":["/srv/data"]},"target":{"description":"Absolute path in the container; not / and not in /proc, /sys or /dev, but /dev/shm may be. Required.","type":"string","examples":["/data"]},"readonly":{"description":"True: nothing can be written through this mount.","type":"boolean","default":false,"examples":[true]},"size":{"description":"Size at most, with type tmpfs only. Absent: the kernel's default, half of the memory.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"examples":["64Mi"]}},"examples":[{"source":"/srv/data","target":"/data","readonly":true},{"type":"tmpfs","target":"/tmp","size":"64Mi"}]},"restart":{"title":"Restart","description":"What happens when the process ends.","type":"object","additionalProperties":false,"properties":{"policy":{"description":"always; on-failure: after an exit status other than 0; never.","type":"string","enum":["always","on-failure","never"],"default":"always","examples":["on-failure"]},"backoff":{"title":"Backoff","description":"Pause before a restart: it starts at initial and doubles up to max.","type":"object","additionalProperties":false,"properties":{"initial":{"description":"First pause; not above max.","unit":"duration: ms s m h","type":"string","default":"1s","examples":["500ms"]},"max":{"description":"Longest pause.","unit":"duration: ms s m h","type":"string","default":"5m","examples":["1m30s"]},"resetAfter":{"description":"A run of this length brings the pause back to initial.","unit":"duration: ms s m h","type":"string","default":"10m","examples":["1h"]}},"default":{},"examples":[{"initial":"1s","max":"5m","resetAfter":"10m"}]}},"default":{},"examples":[{"policy":"on-failure"}]},"stop":{"title":"Stop","description":"How the process is asked to end.","type":"object","additionalProperties":false,"properties":{"signal":{"description":"Name of the signal, with or without SIG.","type":"string","default":"TERM","examples":["INT","SIGUSR1"]},"timeout":{"description":"How long it may take before it is killed; 0s kills at once.","unit":"duration: ms s m h","type":"string","default":"10s","examples":["30s"]}},"default":{},"examples":[{"signal":"INT","timeout":"30s"}]},"driftMode":{"title":"DriftModeName","description":"enforce heals, report shows, ignore is silent.","type":"string","enum":["enforce","report","ignore"],"examples":["report"]},"driftRules":{"title":"DriftRules","description":"A mode for all fields, and others for some.","type":"object","additionalProperties":false,"properties":{"default":{"description":"For every field that paths does not name.","$ref":"#/$defs/driftMode","default":"enforce","examples":["report"]},"paths":{"description":"Mode by field path below spec, or by a prefix of one: resources.memory covers resources.memory.max.","type":"object","additionalProperties":{"$ref":"#/$defs/driftMode"},"default":{},"examples":[{"resources.memory.max":"report"}]}},"examples":[{"default":"enforce","paths":{"resources.memory.max":"report"}}]}}};
const schema32 = {"title":"Metadata","description":"What names and describes the container. Required.","type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"description":"A DNS label, unique among all manifests; also the cgroup's name. With replicas each gets -0, -1 … appended, and the longest must fit in 63 characters too. Required.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","examples":["web","shop-db"]},"labels":{"description":"Short texts to tell containers apart by.","type":"object","additionalProperties":{"type":"string"},"default":{},"examples":[{"app":"shop"}]},"annotations":{"description":"Texts for people and other tools; reconcile gives them no meaning.","type":"object","additionalProperties":{"type":"string"},"default":{},"examples":[{"owner":"team-shop"}]}},"examples":[{"name":"web","labels":{"app":"shop"}}]};
const pattern4 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const schema33 = {"title":"Spec","description":"What the container is. Required.","type":"object","additionalProperties":false,"required":["rootfs","process"],"properties":{"replicas":{"description":"Number of equal containers, named NAME-0 and up. Absent: one container, named NAME.","unit":"containers","type":"integer","minimum":1,"maximum":10000,"examples":[3]},"rootfs":{"$ref":"#/$defs/rootfs","examples":[{"path":"/srv/images/shop"}]},"process":{"$ref":"#/$defs/process","examples":[{"args":["/bin/httpd","-f"]}]},"hostname":{"description":"Host name in the container; needs a private uts namespace. Absent: the container's name, with its replica number.","type":"string","pattern":"^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$","examples":["web","web.example.org"]},"resources":{"$ref":"#/$defs/resources"},"namespaces":{"$ref":"#/$defs/namespaces"},"mounts":{"description":"Folders and files of the host, and memory file systems, to mount in the container. Parents are mounted before what lies in them.","type":"array","items":{"$ref":"#/$defs/mount"},"default":[],"examples":[[{"source":"/srv/data","target":"/data","readonly":true}]]},"restart":{"$ref":"#/$defs/restart"},"stop":{"$ref":"#/$defs/stop"},"drift":{"description":"What to do where the host differs from the manifest: enforce heals it, report shows it, ignore is silent.","oneOf":[{"$ref":"#/$defs/driftMode"},{"$ref":"#/$defs/driftRules"}],"default":"enforce","examples":["enforce",{"default":"enforce","paths":{"resources.memory.max":"report"}}]}},"examples":[{"rootfs":{"jail":{"binaries":["/bin/busybox"]}},"process":{"args":["/bin/busybox","sleep","60"]}}]};
const schema42 = {"title":"NamespaceModes","description":"What the container has to itself (private) or shares with the host (host). The mount namespace is always private.","type":"object","additionalProperties":false,"properties":{"network":{"description":"Network: private or host. Names of networks come later.","type":"string","default":"private","examples":["private","host"]},"pid":{"description":"Process numbers.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]},"ipc":{"description":"System V IPC and POSIX message queues.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]},"uts":{"description":"Host name.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]},"cgroup":{"description":"View of the cgroup tree.","type":"string","enum":["private","host"],"default":"private","examples":["private","host"]}},"default":{},"examples":[{"network":"host"}]};
const schema43 = {"title":"MountPoint","description":"One mount: a bind mount needs source and target, a tmpfs needs target.","type":"object","additionalProperties":false,"required":["target"],"properties":{"type":{"description":"bind shows a folder or file of the host; tmpfs is an empty file system in memory.","type":"string","enum":["bind","tmpfs"],"default":"bind","examples":["tmpfs"]},"source":{"description":"Absolute path on the host; with type bind only, and required there.","type":"string","examples":["/srv/data"]},"target":{"description":"Absolute path in the container; not / and not in /proc, /sys or /dev, but /dev/shm may be. Required.","type":"string","examples":["/data"]},"readonly":{"description":"True: nothing can be written through this mount.","type":"boolean","default":false,"examples":[true]},"size":{"description":"Size at most, with type tmpfs only. Absent: the kernel's default, half of the memory.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"examples":["64Mi"]}},"examples":[{"source":"/srv/data","target":"/data","readonly":true},{"type":"tmpfs","target":"/tmp","size":"64Mi"}]};
const schema44 = {"title":"Restart","description":"What happens when the process ends.","type":"object","additionalProperties":false,"properties":{"policy":{"description":"always; on-failure: after an exit status other than 0; never.","type":"string","enum":["always","on-failure","never"],"default":"always","examples":["on-failure"]},"backoff":{"title":"Backoff","description":"Pause before a restart: it starts at initial and doubles up to max.","type":"object","additionalProperties":false,"properties":{"initial":{"description":"First pause; not above max.","unit":"duration: ms s m h","type":"string","default":"1s","examples":["500ms"]},"max":{"description":"Longest pause.","unit":"duration: ms s m h","type":"string","default":"5m","examples":["1m30s"]},"resetAfter":{"description":"A run of this length brings the pause back to initial.","unit":"duration: ms s m h","type":"string","default":"10m","examples":["1h"]}},"default":{},"examples":[{"initial":"1s","max":"5m","resetAfter":"10m"}]}},"default":{},"examples":[{"policy":"on-failure"}]};
const schema45 = {"title":"Stop","description":"How the process is asked to end.","type":"object","additionalProperties":false,"properties":{"signal":{"description":"Name of the signal, with or without SIG.","type":"string","default":"TERM","examples":["INT","SIGUSR1"]},"timeout":{"description":"How long it may take before it is killed; 0s kills at once.","unit":"duration: ms s m h","type":"string","default":"10s","examples":["30s"]}},"default":{},"examples":[{"signal":"INT","timeout":"30s"}]};
const schema46 = {"title":"DriftModeName","description":"enforce heals, report shows, ignore is silent.","type":"string","enum":["enforce","report","ignore"],"examples":["report"]};
const func1 = Object.prototype.hasOwnProperty;
const schema34 = {"title":"Rootfs","description":"The root file system: exactly one of path and jail. Required.","type":"object","additionalProperties":false,"oneOf":[{"required":["path"]},{"required":["jail"]},{"required":["image"]}],"properties":{"path":{"description":"Absolute path of a folder on the host that holds a root file system. It is never written to.","type":"string","examples":["/srv/images/shop"]},"jail":{"$ref":"#/$defs/jail"},"image":{"description":"Reference of an OCI image. Not supported yet: use path or jail.","type":"string","examples":["oci:/srv/images/shop:1.0"]},"readonly":{"description":"False: writes go to a private layer that is lost when the container is replaced. True: nothing can be written.","type":"boolean","default":false,"examples":[true]}},"examples":[{"path":"/srv/images/shop"},{"jail":{"binaries":["/bin/busybox"]},"readonly":true}]};
const schema35 = {"title":"Jail","description":"A root file system made of the host's own files: only what is named here, and what the named programs need.","type":"object","additionalProperties":false,"properties":{"binaries":{"description":"Absolute paths of programs; the loader and the shared libraries that they need come along.","type":"array","items":{"type":"string"},"uniqueItems":true,"default":[],"examples":[["/bin/busybox"]]},"files":{"description":"Absolute paths of files and folders, taken as they are.","type":"array","items":{"type":"string"},"uniqueItems":true,"default":[],"examples":[["/etc/ssl/certs"]]}},"examples":[{"binaries":["/bin/busybox"],"files":["/etc/ssl/certs"]}]};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
let valid0 = false;
let passing0 = null;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.path === undefined){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'",schema:schema34.oneOf[0].required,parentSchema:schema34.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.jail === undefined){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "jail"},message:"must have required property '"+"jail"+"'",schema:schema34.oneOf[1].required,parentSchema:schema34.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.image === undefined){
const err2 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'",schema:schema34.oneOf[2].required,parentSchema:schema34.oneOf[2],data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
}
}
}
if(!valid0){
const err3 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema34.oneOf,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "path") || (key0 === "jail")) || (key0 === "image")) || (key0 === "readonly"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.path !== undefined){
let data0 = data.path;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.properties.path.type,parentSchema:schema34.properties.path,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.jail !== undefined){
let data1 = data.jail;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
if(!((key1 === "binaries") || (key1 === "files"))){
const err6 = {instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data1.binaries !== undefined){
let data2 = data1.binaries;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 !== "string"){
const err7 = {instancePath:instancePath+"/jail/binaries/" + i0,schemaPath:"#/$defs/jail/properties/binaries/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.binaries.items.type,parentSchema:schema35.properties.binaries.items,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
let i1 = data2.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data2[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err8 = {instancePath:instancePath+"/jail/binaries",schemaPath:"#/$defs/jail/properties/binaries/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema35.properties.binaries,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err9 = {instancePath:instancePath+"/jail/binaries",schemaPath:"#/$defs/jail/properties/binaries/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema35.properties.binaries.type,parentSchema:schema35.properties.binaries,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data1.files !== undefined){
let data4 = data1.files;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i2=0; i2<len1; i2++){
let data5 = data4[i2];
if(typeof data5 !== "string"){
const err10 = {instancePath:instancePath+"/jail/files/" + i2,schemaPath:"#/$defs/jail/properties/files/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.files.items.type,parentSchema:schema35.properties.files.items,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
let i3 = data4.length;
let j1;
if(i3 > 1){
const indices1 = {};
for(;i3--;){
let item1 = data4[i3];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err11 = {instancePath:instancePath+"/jail/files",schemaPath:"#/$defs/jail/properties/files/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i3+" are identical)",schema:true,parentSchema:schema35.properties.files,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
break;
}
indices1[item1] = i3;
}
}
}
else {
const err12 = {instancePath:instancePath+"/jail/files",schemaPath:"#/$defs/jail/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema35.properties.files.type,parentSchema:schema35.properties.files,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data:data1};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.image !== undefined){
let data6 = data.image;
if(typeof data6 !== "string"){
const err14 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.properties.image.type,parentSchema:schema34.properties.image,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.readonly !== undefined){
let data7 = data.readonly;
if(typeof data7 !== "boolean"){
const err15 = {instancePath:instancePath+"/readonly",schemaPath:"#/properties/readonly/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema34.properties.readonly.type,parentSchema:schema34.properties.readonly,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema36 = {"title":"Process","description":"The container's first process. Required.","type":"object","additionalProperties":false,"required":["args"],"properties":{"args":{"description":"Program and arguments, each a text. No shell takes part. Required.","type":"array","items":{"type":"string"},"minItems":1,"examples":[["/bin/httpd","-f","-p","8080"]]},"env":{"description":"Environment variables. Values are texts: quote numbers and booleans.","type":"object","additionalProperties":{"type":"string"},"default":{},"examples":[{"MODE":"production","PORT":"8080"}]},"cwd":{"description":"Absolute path of the working directory in the container; not in /proc.","type":"string","default":"/","examples":["/data"]},"user":{"$ref":"#/$defs/user"}},"examples":[{"args":["/bin/httpd","-f","-p","8080"],"env":{"MODE":"production"}}]};
const schema37 = {"title":"User","description":"User and group that the process runs as.","type":"object","additionalProperties":false,"properties":{"uid":{"description":"Number of the user.","unit":"user id","type":"integer","minimum":0,"maximum":4294967294,"default":0,"examples":[1000]},"gid":{"description":"Number of the group.","unit":"group id","type":"integer","minimum":0,"maximum":4294967294,"default":0,"examples":[1000]}},"default":{"uid":0,"gid":0},"examples":[{"uid":1000,"gid":1000}]};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.args === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "args"},message:"must have required property '"+"args"+"'",schema:schema36.required,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "args") || (key0 === "env")) || (key0 === "cwd")) || (key0 === "user"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.args !== undefined){
let data0 = data.args;
if(Array.isArray(data0)){
if(data0.length < 1){
const err2 = {instancePath:instancePath+"/args",schemaPath:"#/properties/args/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema36.properties.args,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/args/" + i0,schemaPath:"#/properties/args/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema36.properties.args.items.type,parentSchema:schema36.properties.args.items,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/args",schemaPath:"#/properties/args/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema36.properties.args.type,parentSchema:schema36.properties.args,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.env !== undefined){
let data2 = data.env;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
let data3 = data2[key1];
if(typeof data3 !== "string"){
const err5 = {instancePath:instancePath+"/env/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/env/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema36.properties.env.additionalProperties.type,parentSchema:schema36.properties.env.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/env",schemaPath:"#/properties/env/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.properties.env.type,parentSchema:schema36.properties.env,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.cwd !== undefined){
let data4 = data.cwd;
if(typeof data4 !== "string"){
const err7 = {instancePath:instancePath+"/cwd",schemaPath:"#/properties/cwd/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema36.properties.cwd.type,parentSchema:schema36.properties.cwd,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.user !== undefined){
let data5 = data.user;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key2 in data5){
if(!((key2 === "uid") || (key2 === "gid"))){
const err8 = {instancePath:instancePath+"/user",schemaPath:"#/$defs/user/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data5.uid !== undefined){
let data6 = data5.uid;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err9 = {instancePath:instancePath+"/user/uid",schemaPath:"#/$defs/user/properties/uid/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema37.properties.uid.type,parentSchema:schema37.properties.uid,data:data6};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 4294967294 || isNaN(data6)){
const err10 = {instancePath:instancePath+"/user/uid",schemaPath:"#/$defs/user/properties/uid/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},message:"must be <= 4294967294",schema:4294967294,parentSchema:schema37.properties.uid,data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err11 = {instancePath:instancePath+"/user/uid",schemaPath:"#/$defs/user/properties/uid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema37.properties.uid,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
if(data5.gid !== undefined){
let data7 = data5.gid;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err12 = {instancePath:instancePath+"/user/gid",schemaPath:"#/$defs/user/properties/gid/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema37.properties.gid.type,parentSchema:schema37.properties.gid,data:data7};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 4294967294 || isNaN(data7)){
const err13 = {instancePath:instancePath+"/user/gid",schemaPath:"#/$defs/user/properties/gid/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},message:"must be <= 4294967294",schema:4294967294,parentSchema:schema37.properties.gid,data:data7};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err14 = {instancePath:instancePath+"/user/gid",schemaPath:"#/$defs/user/properties/gid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema37.properties.gid,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
}
else {
const err15 = {instancePath:instancePath+"/user",schemaPath:"#/$defs/user/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema37.type,parentSchema:schema37,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.type,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema38 = {"title":"ResourceLimits","description":"Limits that the kernel holds, each named like its cgroup v2 file. Absent: the kernel's default.","type":"object","additionalProperties":false,"properties":{"cpu":{"title":"CpuLimits","description":"Time on the CPUs.","type":"object","additionalProperties":false,"properties":{"max":{"description":"CPU time at most, as a number of CPUs: 1.5 is one and a half. 0.01 is the least that the kernel takes.","unit":"CPUs","type":["number","string"],"minimum":0.01,"maximum":8192,"pattern":"^max$","default":"max","examples":[1.5,"max"]},"weight":{"description":"Share of CPU time while others want it too, relative to their weights.","unit":"1 to 10000","type":"integer","minimum":1,"maximum":10000,"default":100,"examples":[200]}},"default":{},"examples":[{"max":1.5,"weight":200}]},"cpuset":{"title":"CpusetLimits","description":"Which CPUs and memory nodes may be used.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Numbers and ranges of CPUs, in quotes. Absent: all of the parent cgroup.","unit":"CPU numbers","type":"string","pattern":"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$","examples":["0-1,4"]},"mems":{"description":"Numbers and ranges of NUMA nodes, in quotes. Absent: all of the parent cgroup.","unit":"NUMA node numbers","type":"string","pattern":"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$","examples":["0"]}},"default":{},"examples":[{"cpus":"0-1"}]},"memory":{"$ref":"#/$defs/memory"},"pids":{"title":"PidsLimits","description":"Processes and threads.","type":"object","additionalProperties":false,"properties":{"max":{"description":"Processes and threads at most; max lifts the limit.","unit":"processes and threads","type":["integer","string"],"minimum":1,"maximum":4194304,"pattern":"^max$","default":2048,"examples":[128,"max"]}},"default":{"max":2048},"examples":[{"max":128}]},"io":{"$ref":"#/$defs/io"}},"default":{},"examples":[{"cpu":{"max":1.5},"memory":{"max":"256Mi"},"pids":{"max":128}}]};
const schema39 = {"title":"MemoryLimits","description":"Memory. Where several are given: min <= low <= high <= max.","type":"object","additionalProperties":false,"properties":{"min":{"description":"Memory that is never reclaimed.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":0,"default":0,"examples":["32Mi"]},"low":{"description":"Memory that is reclaimed last.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":0,"default":0,"examples":["64Mi"]},"high":{"description":"Above this the container is slowed down and its memory reclaimed.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["224Mi"]},"max":{"description":"Above this the kernel kills. At least 512Ki.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["256Mi"]},"swap":{"title":"SwapLimits","description":"Swap space.","type":"object","additionalProperties":false,"properties":{"max":{"description":"Swap space at most, memory not counted; 0 is none.","unit":"bytes, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":0,"default":"max","examples":[0,"128Mi"]}},"default":{},"examples":[{"max":0}]},"oom":{"title":"OutOfMemory","description":"What the kernel does where it must kill for lack of memory.","type":"object","additionalProperties":false,"properties":{"group":{"description":"True: it kills all processes of the container together. False: one of them, and the others go on.","type":"boolean","default":false,"examples":[true]}},"default":{},"examples":[{"group":true}]}},"default":{},"examples":[{"max":"256Mi","high":"224Mi","swap":{"max":0}}]};
const pattern6 = new RegExp("^max$", "u");
const pattern7 = new RegExp("^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$", "u");
const schema40 = {"title":"IoLimits","description":"Reading and writing of block devices.","type":"object","additionalProperties":false,"properties":{"max":{"description":"Limits by block device.","type":"array","items":{"$ref":"#/$defs/deviceLimit"},"default":[],"examples":[[{"device":"/dev/vda","wbps":"10Mi"}]]},"weight":{"description":"Share of reading and writing while others want it too, relative to their weights.","unit":"1 to 10000","type":"integer","minimum":1,"maximum":10000,"default":100,"examples":[200]}},"default":{},"examples":[{"max":[{"device":"/dev/vda","wbps":"10Mi"}]}]};
const schema41 = {"title":"DeviceLimit","description":"Limits of one block device, at least one. An absent one means no limit.","type":"object","additionalProperties":false,"required":["device"],"properties":{"device":{"description":"Path of the block device, in /dev. Required.","type":"string","examples":["/dev/vda"]},"rbps":{"description":"Bytes read a second at most.","unit":"bytes a second, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["10Mi"]},"wbps":{"description":"Bytes written a second at most.","unit":"bytes a second, with Ki Mi Gi Ti or k M G T","type":["integer","string"],"minimum":1,"default":"max","examples":["10Mi"]},"riops":{"description":"Reads a second at most.","unit":"reads a second","type":["integer","string"],"minimum":1,"maximum":4294967295,"pattern":"^max$","default":"max","examples":[500]},"wiops":{"description":"Writes a second at most.","unit":"writes a second","type":["integer","string"],"minimum":1,"maximum":4294967295,"pattern":"^max$","default":"max","examples":[500]}},"examples":[{"device":"/dev/vda","wbps":"10Mi"}]};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "max") || (key0 === "weight"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.max !== undefined){
let data0 = data.max;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.device === undefined){
const err1 = {instancePath:instancePath+"/max/" + i0,schemaPath:"#/$defs/deviceLimit/required",keyword:"required",params:{missingProperty: "device"},message:"must have required property '"+"device"+"'",schema:schema41.required,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key1 in data1){
if(!(((((key1 === "device") || (key1 === "rbps")) || (key1 === "wbps")) || (key1 === "riops")) || (key1 === "wiops"))){
const err2 = {instancePath:instancePath+"/max/" + i0,schemaPath:"#/$defs/deviceLimit/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data1.device !== undefined){
let data2 = data1.device;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/max/" + i0+"/device",schemaPath:"#/$defs/deviceLimit/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.device.type,parentSchema:schema41.properties.device,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data1.rbps !== undefined){
let data3 = data1.rbps;
if((!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))) && (typeof data3 !== "string")){
const err4 = {instancePath:instancePath+"/max/" + i0+"/rbps",schemaPath:"#/$defs/deviceLimit/properties/rbps/type",keyword:"type",params:{type: schema41.properties.rbps.type},message:"must be integer,string",schema:schema41.properties.rbps.type,parentSchema:schema41.properties.rbps,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 1 || isNaN(data3)){
const err5 = {instancePath:instancePath+"/max/" + i0+"/rbps",schemaPath:"#/$defs/deviceLimit/properties/rbps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.rbps,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data1.wbps !== undefined){
let data4 = data1.wbps;
if((!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))) && (typeof data4 !== "string")){
const err6 = {instancePath:instancePath+"/max/" + i0+"/wbps",schemaPath:"#/$defs/deviceLimit/properties/wbps/type",keyword:"type",params:{type: schema41.properties.wbps.type},message:"must be integer,string",schema:schema41.properties.wbps.type,parentSchema:schema41.properties.wbps,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 1 || isNaN(data4)){
const err7 = {instancePath:instancePath+"/max/" + i0+"/wbps",schemaPath:"#/$defs/deviceLimit/properties/wbps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.wbps,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data1.riops !== undefined){
let data5 = data1.riops;
if((!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))) && (typeof data5 !== "string")){
const err8 = {instancePath:instancePath+"/max/" + i0+"/riops",schemaPath:"#/$defs/deviceLimit/properties/riops/type",keyword:"type",params:{type: schema41.properties.riops.type},message:"must be integer,string",schema:schema41.properties.riops.type,parentSchema:schema41.properties.riops,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 4294967295 || isNaN(data5)){
const err9 = {instancePath:instancePath+"/max/" + i0+"/riops",schemaPath:"#/$defs/deviceLimit/properties/riops/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295},message:"must be <= 4294967295",schema:4294967295,parentSchema:schema41.properties.riops,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data5 < 1 || isNaN(data5)){
const err10 = {instancePath:instancePath+"/max/" + i0+"/riops",schemaPath:"#/$defs/deviceLimit/properties/riops/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.riops,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(typeof data5 === "string"){
if(!pattern6.test(data5)){
const err11 = {instancePath:instancePath+"/max/" + i0+"/riops",schemaPath:"#/$defs/deviceLimit/properties/riops/pattern",keyword:"pattern",params:{pattern: "^max$"},message:"must match pattern \""+"^max$"+"\"",schema:"^max$",parentSchema:schema41.properties.riops,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
if(data1.wiops !== undefined){
let data6 = data1.wiops;
if((!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))) && (typeof data6 !== "string")){
const err12 = {instancePath:instancePath+"/max/" + i0+"/wiops",schemaPath:"#/$defs/deviceLimit/properties/wiops/type",keyword:"type",params:{type: schema41.properties.wiops.type},message:"must be integer,string",schema:schema41.properties.wiops.type,parentSchema:schema41.properties.wiops,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 4294967295 || isNaN(data6)){
const err13 = {instancePath:instancePath+"/max/" + i0+"/wiops",schemaPath:"#/$defs/deviceLimit/properties/wiops/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295},message:"must be <= 4294967295",schema:4294967295,parentSchema:schema41.properties.wiops,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err14 = {instancePath:instancePath+"/max/" + i0+"/wiops",schemaPath:"#/$defs/deviceLimit/properties/wiops/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.wiops,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(typeof data6 === "string"){
if(!pattern6.test(data6)){
const err15 = {instancePath:instancePath+"/max/" + i0+"/wiops",schemaPath:"#/$defs/deviceLimit/properties/wiops/pattern",keyword:"pattern",params:{pattern: "^max$"},message:"must match pattern \""+"^max$"+"\"",schema:"^max$",parentSchema:schema41.properties.wiops,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
}
else {
const err16 = {instancePath:instancePath+"/max/" + i0,schemaPath:"#/$defs/deviceLimit/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/max",schemaPath:"#/properties/max/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.max.type,parentSchema:schema40.properties.max,data:data0};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.weight !== undefined){
let data7 = data.weight;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err18 = {instancePath:instancePath+"/weight",schemaPath:"#/properties/weight/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema40.properties.weight.type,parentSchema:schema40.properties.weight,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 10000 || isNaN(data7)){
const err19 = {instancePath:instancePath+"/weight",schemaPath:"#/properties/weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema40.properties.weight,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err20 = {instancePath:instancePath+"/weight",schemaPath:"#/properties/weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema40.properties.weight,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.type,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
validate27.errors = vErrors;
return errors === 0;
}
validate27.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "cpu") || (key0 === "cpuset")) || (key0 === "memory")) || (key0 === "pids")) || (key0 === "io"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.cpu !== undefined){
let data0 = data.cpu;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
if(!((key1 === "max") || (key1 === "weight"))){
const err1 = {instancePath:instancePath+"/cpu",schemaPath:"#/properties/cpu/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema38.properties.cpu,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data0.max !== undefined){
let data1 = data0.max;
if((!((typeof data1 == "number") && (isFinite(data1)))) && (typeof data1 !== "string")){
const err2 = {instancePath:instancePath+"/cpu/max",schemaPath:"#/properties/cpu/properties/max/type",keyword:"type",params:{type: schema38.properties.cpu.properties.max.type},message:"must be number,string",schema:schema38.properties.cpu.properties.max.type,parentSchema:schema38.properties.cpu.properties.max,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 8192 || isNaN(data1)){
const err3 = {instancePath:instancePath+"/cpu/max",schemaPath:"#/properties/cpu/properties/max/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8192},message:"must be <= 8192",schema:8192,parentSchema:schema38.properties.cpu.properties.max,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data1 < 0.01 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/cpu/max",schemaPath:"#/properties/cpu/properties/max/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},message:"must be >= 0.01",schema:0.01,parentSchema:schema38.properties.cpu.properties.max,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
const err5 = {instancePath:instancePath+"/cpu/max",schemaPath:"#/properties/cpu/properties/max/pattern",keyword:"pattern",params:{pattern: "^max$"},message:"must match pattern \""+"^max$"+"\"",schema:"^max$",parentSchema:schema38.properties.cpu.properties.max,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data0.weight !== undefined){
let data2 = data0.weight;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err6 = {instancePath:instancePath+"/cpu/weight",schemaPath:"#/properties/cpu/properties/weight/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema38.properties.cpu.properties.weight.type,parentSchema:schema38.properties.cpu.properties.weight,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 10000 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/cpu/weight",schemaPath:"#/properties/cpu/properties/weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema38.properties.cpu.properties.weight,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data2 < 1 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/cpu/weight",schemaPath:"#/properties/cpu/properties/weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema38.properties.cpu.properties.weight,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
}
else {
const err9 = {instancePath:instancePath+"/cpu",schemaPath:"#/properties/cpu/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.properties.cpu.type,parentSchema:schema38.properties.cpu,data:data0};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.cpuset !== undefined){
let data3 = data.cpuset;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key2 in data3){
if(!((key2 === "cpus") || (key2 === "mems"))){
const err10 = {instancePath:instancePath+"/cpuset",schemaPath:"#/properties/cpuset/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema38.properties.cpuset,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data3.cpus !== undefined){
let data4 = data3.cpus;
if(typeof data4 === "string"){
if(!pattern7.test(data4)){
const err11 = {instancePath:instancePath+"/cpuset/cpus",schemaPath:"#/properties/cpuset/properties/cpus/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"},message:"must match pattern \""+"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"+"\"",schema:"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$",parentSchema:schema38.properties.cpuset.properties.cpus,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/cpuset/cpus",schemaPath:"#/properties/cpuset/properties/cpus/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.cpuset.properties.cpus.type,parentSchema:schema38.properties.cpuset.properties.cpus,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data3.mems !== undefined){
let data5 = data3.mems;
if(typeof data5 === "string"){
if(!pattern7.test(data5)){
const err13 = {instancePath:instancePath+"/cpuset/mems",schemaPath:"#/properties/cpuset/properties/mems/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"},message:"must match pattern \""+"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"+"\"",schema:"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$",parentSchema:schema38.properties.cpuset.properties.mems,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/cpuset/mems",schemaPath:"#/properties/cpuset/properties/mems/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.cpuset.properties.mems.type,parentSchema:schema38.properties.cpuset.properties.mems,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/cpuset",schemaPath:"#/properties/cpuset/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.properties.cpuset.type,parentSchema:schema38.properties.cpuset,data:data3};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.memory !== undefined){
let data6 = data.memory;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key3 in data6){
if(!((((((key3 === "min") || (key3 === "low")) || (key3 === "high")) || (key3 === "max")) || (key3 === "swap")) || (key3 === "oom"))){
const err16 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/memory/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema39,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data6.min !== undefined){
let data7 = data6.min;
if((!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))) && (typeof data7 !== "string")){
const err17 = {instancePath:instancePath+"/memory/min",schemaPath:"#/$defs/memory/properties/min/type",keyword:"type",params:{type: schema39.properties.min.type},message:"must be integer,string",schema:schema39.properties.min.type,parentSchema:schema39.properties.min,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 0 || isNaN(data7)){
const err18 = {instancePath:instancePath+"/memory/min",schemaPath:"#/$defs/memory/properties/min/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema39.properties.min,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
if(data6.low !== undefined){
let data8 = data6.low;
if((!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))) && (typeof data8 !== "string")){
const err19 = {instancePath:instancePath+"/memory/low",schemaPath:"#/$defs/memory/properties/low/type",keyword:"type",params:{type: schema39.properties.low.type},message:"must be integer,string",schema:schema39.properties.low.type,parentSchema:schema39.properties.low,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 0 || isNaN(data8)){
const err20 = {instancePath:instancePath+"/memory/low",schemaPath:"#/$defs/memory/properties/low/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema39.properties.low,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data6.high !== undefined){
let data9 = data6.high;
if((!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))) && (typeof data9 !== "string")){
const err21 = {instancePath:instancePath+"/memory/high",schemaPath:"#/$defs/memory/properties/high/type",keyword:"type",params:{type: schema39.properties.high.type},message:"must be integer,string",schema:schema39.properties.high.type,parentSchema:schema39.properties.high,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 1 || isNaN(data9)){
const err22 = {instancePath:instancePath+"/memory/high",schemaPath:"#/$defs/memory/properties/high/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema39.properties.high,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data6.max !== undefined){
let data10 = data6.max;
if((!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))) && (typeof data10 !== "string")){
const err23 = {instancePath:instancePath+"/memory/max",schemaPath:"#/$defs/memory/properties/max/type",keyword:"type",params:{type: schema39.properties.max.type},message:"must be integer,string",schema:schema39.properties.max.type,parentSchema:schema39.properties.max,data:data10};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 1 || isNaN(data10)){
const err24 = {instancePath:instancePath+"/memory/max",schemaPath:"#/$defs/memory/properties/max/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema39.properties.max,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
if(data6.swap !== undefined){
let data11 = data6.swap;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key4 in data11){
if(!(key4 === "max")){
const err25 = {instancePath:instancePath+"/memory/swap",schemaPath:"#/$defs/memory/properties/swap/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema39.properties.swap,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data11.max !== undefined){
let data12 = data11.max;
if((!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))) && (typeof data12 !== "string")){
const err26 = {instancePath:instancePath+"/memory/swap/max",schemaPath:"#/$defs/memory/properties/swap/properties/max/type",keyword:"type",params:{type: schema39.properties.swap.properties.max.type},message:"must be integer,string",schema:schema39.properties.swap.properties.max.type,parentSchema:schema39.properties.swap.properties.max,data:data12};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 < 0 || isNaN(data12)){
const err27 = {instancePath:instancePath+"/memory/swap/max",schemaPath:"#/$defs/memory/properties/swap/properties/max/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema39.properties.swap.properties.max,data:data12};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
}
else {
const err28 = {instancePath:instancePath+"/memory/swap",schemaPath:"#/$defs/memory/properties/swap/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.properties.swap.type,parentSchema:schema39.properties.swap,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data6.oom !== undefined){
let data13 = data6.oom;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
for(const key5 in data13){
if(!(key5 === "group")){
const err29 = {instancePath:instancePath+"/memory/oom",schemaPath:"#/$defs/memory/properties/oom/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema39.properties.oom,data:data13};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data13.group !== undefined){
let data14 = data13.group;
if(typeof data14 !== "boolean"){
const err30 = {instancePath:instancePath+"/memory/oom/group",schemaPath:"#/$defs/memory/properties/oom/properties/group/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema39.properties.oom.properties.group.type,parentSchema:schema39.properties.oom.properties.group,data:data14};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/memory/oom",schemaPath:"#/$defs/memory/properties/oom/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.properties.oom.type,parentSchema:schema39.properties.oom,data:data13};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/memory/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.type,parentSchema:schema39,data:data6};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.pids !== undefined){
let data15 = data.pids;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
for(const key6 in data15){
if(!(key6 === "max")){
const err33 = {instancePath:instancePath+"/pids",schemaPath:"#/properties/pids/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema38.properties.pids,data:data15};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data15.max !== undefined){
let data16 = data15.max;
if((!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))) && (typeof data16 !== "string")){
const err34 = {instancePath:instancePath+"/pids/max",schemaPath:"#/properties/pids/properties/max/type",keyword:"type",params:{type: schema38.properties.pids.properties.max.type},message:"must be integer,string",schema:schema38.properties.pids.properties.max.type,parentSchema:schema38.properties.pids.properties.max,data:data16};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 4194304 || isNaN(data16)){
const err35 = {instancePath:instancePath+"/pids/max",schemaPath:"#/properties/pids/properties/max/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4194304},message:"must be <= 4194304",schema:4194304,parentSchema:schema38.properties.pids.properties.max,data:data16};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data16 < 1 || isNaN(data16)){
const err36 = {instancePath:instancePath+"/pids/max",schemaPath:"#/properties/pids/properties/max/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema38.properties.pids.properties.max,data:data16};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(typeof data16 === "string"){
if(!pattern6.test(data16)){
const err37 = {instancePath:instancePath+"/pids/max",schemaPath:"#/properties/pids/properties/max/pattern",keyword:"pattern",params:{pattern: "^max$"},message:"must match pattern \""+"^max$"+"\"",schema:"^max$",parentSchema:schema38.properties.pids.properties.max,data:data16};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
}
else {
const err38 = {instancePath:instancePath+"/pids",schemaPath:"#/properties/pids/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.properties.pids.type,parentSchema:schema38.properties.pids,data:data15};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.io !== undefined){
if(!(validate27(data.io, {instancePath:instancePath+"/io",parentData:data,parentDataProperty:"io",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err39 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.type,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema47 = {"title":"DriftRules","description":"A mode for all fields, and others for some.","type":"object","additionalProperties":false,"properties":{"default":{"description":"For every field that paths does not name.","$ref":"#/$defs/driftMode","default":"enforce","examples":["report"]},"paths":{"description":"Mode by field path below spec, or by a prefix of one: resources.memory covers resources.memory.max.","type":"object","additionalProperties":{"$ref":"#/$defs/driftMode"},"default":{},"examples":[{"resources.memory.max":"report"}]}},"examples":[{"default":"enforce","paths":{"resources.memory.max":"report"}}]};

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate30.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "default") || (key0 === "paths"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.default !== undefined){
let data0 = data.default;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/default",schemaPath:"#/$defs/driftMode/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.type,parentSchema:schema46,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(!(((data0 === "enforce") || (data0 === "report")) || (data0 === "ignore"))){
const err2 = {instancePath:instancePath+"/default",schemaPath:"#/$defs/driftMode/enum",keyword:"enum",params:{allowedValues: schema46.enum},message:"must be equal to one of the allowed values",schema:schema46.enum,parentSchema:schema46,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.paths !== undefined){
let data1 = data.paths;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
let data2 = data1[key1];
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/paths/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/driftMode/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.type,parentSchema:schema46,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!(((data2 === "enforce") || (data2 === "report")) || (data2 === "ignore"))){
const err4 = {instancePath:instancePath+"/paths/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/driftMode/enum",keyword:"enum",params:{allowedValues: schema46.enum},message:"must be equal to one of the allowed values",schema:schema46.enum,parentSchema:schema46,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/paths",schemaPath:"#/properties/paths/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.properties.paths.type,parentSchema:schema47.properties.paths,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.type,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}
validate30.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const pattern5 = new RegExp("^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.rootfs === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rootfs"},message:"must have required property '"+"rootfs"+"'",schema:schema33.required,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.process === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "process"},message:"must have required property '"+"process"+"'",schema:schema33.required,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema33.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.replicas !== undefined){
let data0 = data.replicas;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema33.properties.replicas.type,parentSchema:schema33.properties.replicas,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 10000 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema33.properties.replicas,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data0 < 1 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema33.properties.replicas,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.rootfs !== undefined){
if(!(validate22(data.rootfs, {instancePath:instancePath+"/rootfs",parentData:data,parentDataProperty:"rootfs",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.process !== undefined){
if(!(validate24(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.hostname !== undefined){
let data3 = data.hostname;
if(typeof data3 === "string"){
if(!pattern5.test(data3)){
const err6 = {instancePath:instancePath+"/hostname",schemaPath:"#/properties/hostname/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$"},message:"must match pattern \""+"^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$"+"\"",schema:"^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$",parentSchema:schema33.properties.hostname,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/hostname",schemaPath:"#/properties/hostname/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.hostname.type,parentSchema:schema33.properties.hostname,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.resources !== undefined){
if(!(validate26(data.resources, {instancePath:instancePath+"/resources",parentData:data,parentDataProperty:"resources",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
}
if(data.namespaces !== undefined){
let data5 = data.namespaces;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key1 in data5){
if(!(((((key1 === "network") || (key1 === "pid")) || (key1 === "ipc")) || (key1 === "uts")) || (key1 === "cgroup"))){
const err8 = {instancePath:instancePath+"/namespaces",schemaPath:"#/$defs/namespaces/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema42,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data5.network !== undefined){
let data6 = data5.network;
if(typeof data6 !== "string"){
const err9 = {instancePath:instancePath+"/namespaces/network",schemaPath:"#/$defs/namespaces/properties/network/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.network.type,parentSchema:schema42.properties.network,data:data6};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data5.pid !== undefined){
let data7 = data5.pid;
if(typeof data7 !== "string"){
const err10 = {instancePath:instancePath+"/namespaces/pid",schemaPath:"#/$defs/namespaces/properties/pid/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.pid.type,parentSchema:schema42.properties.pid,data:data7};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!((data7 === "private") || (data7 === "host"))){
const err11 = {instancePath:instancePath+"/namespaces/pid",schemaPath:"#/$defs/namespaces/properties/pid/enum",keyword:"enum",params:{allowedValues: schema42.properties.pid.enum},message:"must be equal to one of the allowed values",schema:schema42.properties.pid.enum,parentSchema:schema42.properties.pid,data:data7};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data5.ipc !== undefined){
let data8 = data5.ipc;
if(typeof data8 !== "string"){
const err12 = {instancePath:instancePath+"/namespaces/ipc",schemaPath:"#/$defs/namespaces/properties/ipc/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.ipc.type,parentSchema:schema42.properties.ipc,data:data8};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(!((data8 === "private") || (data8 === "host"))){
const err13 = {instancePath:instancePath+"/namespaces/ipc",schemaPath:"#/$defs/namespaces/properties/ipc/enum",keyword:"enum",params:{allowedValues: schema42.properties.ipc.enum},message:"must be equal to one of the allowed values",schema:schema42.properties.ipc.enum,parentSchema:schema42.properties.ipc,data:data8};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data5.uts !== undefined){
let data9 = data5.uts;
if(typeof data9 !== "string"){
const err14 = {instancePath:instancePath+"/namespaces/uts",schemaPath:"#/$defs/namespaces/properties/uts/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.uts.type,parentSchema:schema42.properties.uts,data:data9};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(!((data9 === "private") || (data9 === "host"))){
const err15 = {instancePath:instancePath+"/namespaces/uts",schemaPath:"#/$defs/namespaces/properties/uts/enum",keyword:"enum",params:{allowedValues: schema42.properties.uts.enum},message:"must be equal to one of the allowed values",schema:schema42.properties.uts.enum,parentSchema:schema42.properties.uts,data:data9};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data5.cgroup !== undefined){
let data10 = data5.cgroup;
if(typeof data10 !== "string"){
const err16 = {instancePath:instancePath+"/namespaces/cgroup",schemaPath:"#/$defs/namespaces/properties/cgroup/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.cgroup.type,parentSchema:schema42.properties.cgroup,data:data10};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(!((data10 === "private") || (data10 === "host"))){
const err17 = {instancePath:instancePath+"/namespaces/cgroup",schemaPath:"#/$defs/namespaces/properties/cgroup/enum",keyword:"enum",params:{allowedValues: schema42.properties.cgroup.enum},message:"must be equal to one of the allowed values",schema:schema42.properties.cgroup.enum,parentSchema:schema42.properties.cgroup,data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/namespaces",schemaPath:"#/$defs/namespaces/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.type,parentSchema:schema42,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.mounts !== undefined){
let data11 = data.mounts;
if(Array.isArray(data11)){
const len0 = data11.length;
for(let i0=0; i0<len0; i0++){
let data12 = data11[i0];
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.target === undefined){
const err19 = {instancePath:instancePath+"/mounts/" + i0,schemaPath:"#/$defs/mount/required",keyword:"required",params:{missingProperty: "target"},message:"must have required property '"+"target"+"'",schema:schema43.required,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key2 in data12){
if(!(((((key2 === "type") || (key2 === "source")) || (key2 === "target")) || (key2 === "readonly")) || (key2 === "size"))){
const err20 = {instancePath:instancePath+"/mounts/" + i0,schemaPath:"#/$defs/mount/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data12.type !== undefined){
let data13 = data12.type;
if(typeof data13 !== "string"){
const err21 = {instancePath:instancePath+"/mounts/" + i0+"/type",schemaPath:"#/$defs/mount/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.type.type,parentSchema:schema43.properties.type,data:data13};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(!((data13 === "bind") || (data13 === "tmpfs"))){
const err22 = {instancePath:instancePath+"/mounts/" + i0+"/type",schemaPath:"#/$defs/mount/properties/type/enum",keyword:"enum",params:{allowedValues: schema43.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema43.properties.type.enum,parentSchema:schema43.properties.type,data:data13};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data12.source !== undefined){
let data14 = data12.source;
if(typeof data14 !== "string"){
const err23 = {instancePath:instancePath+"/mounts/" + i0+"/source",schemaPath:"#/$defs/mount/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.source.type,parentSchema:schema43.properties.source,data:data14};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data12.target !== undefined){
let data15 = data12.target;
if(typeof data15 !== "string"){
const err24 = {instancePath:instancePath+"/mounts/" + i0+"/target",schemaPath:"#/$defs/mount/properties/target/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.target.type,parentSchema:schema43.properties.target,data:data15};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data12.readonly !== undefined){
let data16 = data12.readonly;
if(typeof data16 !== "boolean"){
const err25 = {instancePath:instancePath+"/mounts/" + i0+"/readonly",schemaPath:"#/$defs/mount/properties/readonly/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema43.properties.readonly.type,parentSchema:schema43.properties.readonly,data:data16};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data12.size !== undefined){
let data17 = data12.size;
if((!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))) && (typeof data17 !== "string")){
const err26 = {instancePath:instancePath+"/mounts/" + i0+"/size",schemaPath:"#/$defs/mount/properties/size/type",keyword:"type",params:{type: schema43.properties.size.type},message:"must be integer,string",schema:schema43.properties.size.type,parentSchema:schema43.properties.size,data:data17};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 1 || isNaN(data17)){
const err27 = {instancePath:instancePath+"/mounts/" + i0+"/size",schemaPath:"#/$defs/mount/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema43.properties.size,data:data17};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
}
else {
const err28 = {instancePath:instancePath+"/mounts/" + i0,schemaPath:"#/$defs/mount/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema43.type,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/mounts",schemaPath:"#/properties/mounts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.properties.mounts.type,parentSchema:schema33.properties.mounts,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.restart !== undefined){
let data18 = data.restart;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
for(const key3 in data18){
if(!((key3 === "policy") || (key3 === "backoff"))){
const err30 = {instancePath:instancePath+"/restart",schemaPath:"#/$defs/restart/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema44,data:data18};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data18.policy !== undefined){
let data19 = data18.policy;
if(typeof data19 !== "string"){
const err31 = {instancePath:instancePath+"/restart/policy",schemaPath:"#/$defs/restart/properties/policy/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.policy.type,parentSchema:schema44.properties.policy,data:data19};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(!(((data19 === "always") || (data19 === "on-failure")) || (data19 === "never"))){
const err32 = {instancePath:instancePath+"/restart/policy",schemaPath:"#/$defs/restart/properties/policy/enum",keyword:"enum",params:{allowedValues: schema44.properties.policy.enum},message:"must be equal to one of the allowed values",schema:schema44.properties.policy.enum,parentSchema:schema44.properties.policy,data:data19};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data18.backoff !== undefined){
let data20 = data18.backoff;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
for(const key4 in data20){
if(!(((key4 === "initial") || (key4 === "max")) || (key4 === "resetAfter"))){
const err33 = {instancePath:instancePath+"/restart/backoff",schemaPath:"#/$defs/restart/properties/backoff/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema44.properties.backoff,data:data20};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data20.initial !== undefined){
let data21 = data20.initial;
if(typeof data21 !== "string"){
const err34 = {instancePath:instancePath+"/restart/backoff/initial",schemaPath:"#/$defs/restart/properties/backoff/properties/initial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.backoff.properties.initial.type,parentSchema:schema44.properties.backoff.properties.initial,data:data21};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data20.max !== undefined){
let data22 = data20.max;
if(typeof data22 !== "string"){
const err35 = {instancePath:instancePath+"/restart/backoff/max",schemaPath:"#/$defs/restart/properties/backoff/properties/max/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.backoff.properties.max.type,parentSchema:schema44.properties.backoff.properties.max,data:data22};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data20.resetAfter !== undefined){
let data23 = data20.resetAfter;
if(typeof data23 !== "string"){
const err36 = {instancePath:instancePath+"/restart/backoff/resetAfter",schemaPath:"#/$defs/restart/properties/backoff/properties/resetAfter/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.backoff.properties.resetAfter.type,parentSchema:schema44.properties.backoff.properties.resetAfter,data:data23};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/restart/backoff",schemaPath:"#/$defs/restart/properties/backoff/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.properties.backoff.type,parentSchema:schema44.properties.backoff,data:data20};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/restart",schemaPath:"#/$defs/restart/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.type,parentSchema:schema44,data:data18};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.stop !== undefined){
let data24 = data.stop;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key5 in data24){
if(!((key5 === "signal") || (key5 === "timeout"))){
const err39 = {instancePath:instancePath+"/stop",schemaPath:"#/$defs/stop/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema45,data:data24};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data24.signal !== undefined){
let data25 = data24.signal;
if(typeof data25 !== "string"){
const err40 = {instancePath:instancePath+"/stop/signal",schemaPath:"#/$defs/stop/properties/signal/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.properties.signal.type,parentSchema:schema45.properties.signal,data:data25};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data24.timeout !== undefined){
let data26 = data24.timeout;
if(typeof data26 !== "string"){
const err41 = {instancePath:instancePath+"/stop/timeout",schemaPath:"#/$defs/stop/properties/timeout/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.properties.timeout.type,parentSchema:schema45.properties.timeout,data:data26};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/stop",schemaPath:"#/$defs/stop/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema45.type,parentSchema:schema45,data:data24};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.drift !== undefined){
let data27 = data.drift;
const _errs63 = errors;
let valid12 = false;
let passing0 = null;
const _errs64 = errors;
if(typeof data27 !== "string"){
const err43 = {instancePath:instancePath+"/drift",schemaPath:"#/$defs/driftMode/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.type,parentSchema:schema46,data:data27};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(!(((data27 === "enforce") || (data27 === "report")) || (data27 === "ignore"))){
const err44 = {instancePath:instancePath+"/drift",schemaPath:"#/$defs/driftMode/enum",keyword:"enum",params:{allowedValues: schema46.enum},message:"must be equal to one of the allowed values",schema:schema46.enum,parentSchema:schema46,data:data27};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
var _valid0 = _errs64 === errors;
if(_valid0){
valid12 = true;
passing0 = 0;
}
const _errs67 = errors;
if(!(validate30(data27, {instancePath:instancePath+"/drift",parentData:data,parentDataProperty:"drift",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
var _valid0 = _errs67 === errors;
if(_valid0 && valid12){
valid12 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid12 = true;
passing0 = 1;
}
}
if(!valid12){
const err45 = {instancePath:instancePath+"/drift",schemaPath:"#/properties/drift/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema33.properties.drift.oneOf,parentSchema:schema33.properties.drift,data:data27};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
else {
errors = _errs63;
if(vErrors !== null){
if(_errs63){
vErrors.length = _errs63;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err46 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://reconcile.invalid/schemas/container.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},message:"must have required property '"+"apiVersion"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},message:"must have required property '"+"metadata"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data0 = data.apiVersion;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.apiVersion.type,parentSchema:schema31.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!(data0 === "reconcile/v1")){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/enum",keyword:"enum",params:{allowedValues: schema31.properties.apiVersion.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.apiVersion.enum,parentSchema:schema31.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(typeof data1 !== "string"){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.kind.type,parentSchema:schema31.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(data1 === "Container")){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema31.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.kind.enum,parentSchema:schema31.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/$defs/metadata/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema32.required,parentSchema:schema32,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key1 in data2){
if(!(((key1 === "name") || (key1 === "labels")) || (key1 === "annotations"))){
const err10 = {instancePath:instancePath+"/metadata",schemaPath:"#/$defs/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema32,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/$defs/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema32.properties.name,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/$defs/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.name.type,parentSchema:schema32.properties.name,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data2.labels !== undefined){
let data4 = data2.labels;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key2 in data4){
let data5 = data4[key2];
if(typeof data5 !== "string"){
const err13 = {instancePath:instancePath+"/metadata/labels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/metadata/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.labels.additionalProperties.type,parentSchema:schema32.properties.labels.additionalProperties,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/$defs/metadata/properties/labels/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.properties.labels.type,parentSchema:schema32.properties.labels,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data2.annotations !== undefined){
let data6 = data2.annotations;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key3 in data6){
let data7 = data6[key3];
if(typeof data7 !== "string"){
const err15 = {instancePath:instancePath+"/metadata/annotations/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/metadata/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.annotations.additionalProperties.type,parentSchema:schema32.properties.annotations.additionalProperties,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/$defs/metadata/properties/annotations/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.properties.annotations.type,parentSchema:schema32.properties.annotations,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/metadata",schemaPath:"#/$defs/metadata/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data:data2};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.spec !== undefined){
if(!(validate21(data.spec, {instancePath:instancePath+"/spec",parentData:data,parentDataProperty:"spec",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err18 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

