// Static files, which need no server of Next's: they can lie in an app or on a disk.
export default { output: 'export' }
